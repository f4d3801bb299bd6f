/**
 * An algorithm is a set of pure functions over its own state. It knows no clock, no key and no store; all times are
 * ticks (ticks.ts), all amounts whole units. A state is an immutable value, and `undefined` is a bucket never used.
 *
 * Verdict, remaining and wait all follow from `available` and `waitTicks`, which read the same difference, so they
 * cannot disagree: `waitTicks(units)` is 0 exactly when `units <= available`.
 */
export interface Algorithm<State, Quota> {
  /**
   * The state, brought back where it cannot come from this quota and this clock (the clock stepped far back, or the
   * quota was lowered): never more generous than what was really taken. The same reference where nothing is to mend.
   */
  heal(state: State, quota: Quota, now: number): State;

  /** Units that could be taken at `now`, at least 0. */
  available(state: State | undefined, quota: Quota, now: number): number;

  /** The state after taking `units` (more than 0, at most `available`) at `now`. */
  charge(state: State | undefined, quota: Quota, units: number, now: number): State;

  /**
   * Ticks until `units` (at most the quota's capacity) could be taken, if nothing else is; 0 when they can be now.
   * `available` is what the function of that name says of the same state and instant: whoever asks knows it already.
   */
  waitTicks(state: State | undefined, quota: Quota, units: number, now: number, available: number): number;

  /** The tick from which the state equals a bucket never used, at the latest: it need not be kept longer. */
  fullAt(state: State, quota: Quota): number;

  /** What `refund` needs to find again the charge that led to this state at `now`. */
  mark(state: State, now: number): number;

  /**
   * Gives back units of one earlier charge, found by its mark: never more than is still held of that very charge.
   * Returns the units given back (of a token bucket, with their fraction) and the state after.
   */
  refund(state: State, quota: Quota, units: number, mark: number, now: number): Refund<State>;
}

export interface Refund<State> {
  readonly state: State | undefined;
  readonly units: number;
}
