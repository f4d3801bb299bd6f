/** What happens at which tick of real time, in order; what was planned first comes first. */
export class Timeline {
  now = 252_288_000_000_000;
  private readonly planned: { readonly at: number; readonly run: () => void }[] = [];

  at(tick: number, run: () => void): void {
    const at = Math.max(this.now, Math.ceil(tick));
    let i = this.planned.length;
    while (i > 0 && (this.planned[i - 1] as { at: number }).at > at) i--;
    this.planned.splice(i, 0, { at, run });
  }

  /** Lets time pass up to a tick, and everything planned until then happen. */
  async runUntil(tick: number): Promise<void> {
    for (;;) {
      const [next] = this.planned;
      if (next === undefined || next.at > tick) break;
      this.planned.shift();
      this.now = Math.max(this.now, next.at);
      next.run();
      await settle();
    }
    this.now = Math.max(this.now, tick);
  }
}

/** Lets every promise that is settled be seen by whoever waits for it. */
export async function settle(): Promise<void> {
  for (let hop = 0; hop < 10; hop++) await Promise.resolve();
}
