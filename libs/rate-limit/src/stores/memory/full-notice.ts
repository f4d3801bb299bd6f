/** Tells once an episode that a store is full of buckets in use. */
export class FullNotice {
  private isTold = false;

  constructor(
    private readonly maxKeys: number,
    private readonly onFull: ((message: string) => void) | undefined,
  ) {}

  tell(): void {
    if (this.isTold) return;
    this.isTold = true;
    try {
      this.onFull?.(
        `The in-memory rate limit store holds ${this.maxKeys} buckets, as many as it may, and all are in use: clients ` +
          'without a bucket share one for each policy and may be refused early. Raise maxKeys, at about 200 bytes each.',
      );
    } catch {
      // A logger that throws must not leave a call half charged.
    }
  }

  endEpisode(): void {
    this.isTold = false;
  }
}
