const SPAN_MS = 60_000;

/** Which events of a kind are written down: so few a minute that they cannot push everything else out of the trail. */
export class FewAMinute {
  private count = 0;
  private endsMs = 0;

  constructor(
    private readonly most: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Of one more; `last`: it is written down, and the others of its minute are not. */
  next(): 'told' | 'last' | 'left-out' {
    const nowMs = this.nowMs();
    if (nowMs >= this.endsMs) {
      this.count = 0;
      this.endsMs = nowMs + SPAN_MS;
    }
    if (++this.count > this.most) return 'left-out';
    return this.count < this.most ? 'told' : 'last';
  }
}
