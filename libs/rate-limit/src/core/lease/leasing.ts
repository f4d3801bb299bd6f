/** Units of one bucket, out of a lease that ends at `endTick`. */
export interface ReturnedUnits {
  readonly spent: number;
  readonly unspent: number;
  readonly endTick: number;
}

/**
 * What leases add to an algorithm: pure functions of what is kept of a bucket. `Kept` is the algorithm's own state while
 * nothing is leased, so that whoever never leases never sees a difference.
 *
 * The promise: however many instances hold leases, and whatever becomes of their calls to the store, no span of time
 * holds more than the algorithm admits. What is not heard of counts as spent.
 */
export interface Leasing<Kept, State, Quota> {
  /** `heal` of the algorithm, for what is kept. To be kept so, unless a call only looks. */
  heal(kept: Kept, quota: Quota, now: number): Kept;

  /** What every call goes by, whatever it asks: to be done first after `heal`. Need not be kept. */
  settle(kept: Kept, quota: Quota, now: number): Kept;

  /** The state that the algorithm decides by, of what was settled. */
  stateOf(kept: Kept): State;

  /** What is kept once the algorithm has changed that state. */
  withState(kept: Kept | undefined, state: State): Kept;

  /** The longest that a lease granted now may live, in ticks. */
  longestLife(kept: Kept | undefined, quota: Quota, now: number): number;

  /** Leases units (more than 0, at most those available) of what was settled. */
  grant(kept: Kept | undefined, quota: Quota, units: number, endTick: number, now: number): Kept;

  /** Takes back what was settled and leased; `undefined` where nothing is in use any more. Ignored from `endTick` on. */
  giveBack(kept: Kept, quota: Quota, returned: ReturnedUnits, now: number): Kept | undefined;
}
