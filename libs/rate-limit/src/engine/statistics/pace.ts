/** Decisions of each second that are looked at closely one by one, and of how many each one is beyond that. */
const FULL = 1_000;
export const SAMPLED_ONE_IN = 16;

/**
 * Decides which decisions are looked at closely: reading the clock and looking up a key costs more than all counters
 * together. Under 1,000 a second that is every one, beyond it one in 16, which then counts for all of them.
 */
export class Pace {
  private seen = 0;

  /** For how many decisions the present one stands; 0 where it is left out. */
  weight(): number {
    const seen = ++this.seen;
    if (seen <= FULL) return 1;
    return seen % SAMPLED_ONE_IN === 0 ? SAMPLED_ONE_IN : 0;
  }

  /** To be called once a second. */
  nextSecond(): void {
    this.seen = 0;
  }
}
