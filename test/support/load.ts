import { Stalls } from './load-stalls';

/** When a call was made and answered, on the clock of `performance.now`, and how much of that this process stood still. */
export interface Timed {
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly stalledMs: number;
}

const TICK_MS = 5;

/**
 * Makes calls at a steady pace, whether or not earlier ones are answered: who waits for answers asks less exactly when
 * it matters. After a stall of this process it makes up for what it has missed.
 */
export class Load<Told extends object> {
  readonly answers: (Told & Timed)[] = [];
  private readonly stalls = new Stalls();
  private readonly underWay = new Set<Promise<void>>();
  private readonly startMs = performance.now();
  private readonly timer: NodeJS.Timeout;
  private calls = 0;

  /** @param call Makes the call with this number, and tells what came of it. A rejection fails the load. */
  constructor(
    private readonly perSecond: number,
    private readonly call: (index: number) => Promise<Told>,
  ) {
    this.timer = setInterval(() => {
      this.catchUp();
    }, TICK_MS);
  }

  /** For how long this process stood still at once, within a span. */
  longestStallMs(fromMs: number, toMs: number): number {
    return this.stalls.longestBetween(fromMs, toMs);
  }

  /** Makes no more calls, and returns all answers once the last has come. */
  async stop(): Promise<readonly (Told & Timed)[]> {
    clearInterval(this.timer);
    try {
      await Promise.all(this.underWay);
    } finally {
      this.stalls.stop();
    }
    return this.answers;
  }

  private catchUp(): void {
    const due = ((performance.now() - this.startMs) * this.perSecond) / 1_000;
    while (this.calls < due) {
      const call = this.make(this.calls++).finally(() => this.underWay.delete(call));
      // Told by `stop`.
      call.catch(() => undefined);
      this.underWay.add(call);
    }
  }

  private async make(index: number): Promise<void> {
    const sentMs = performance.now();
    const told = await this.call(index);
    const answeredMs = performance.now();
    this.answers.push({ ...told, sentMs, answeredMs, stalledMs: this.stalls.between(sentMs, answeredMs) });
  }
}
