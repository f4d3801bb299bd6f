/**
 * How long calls of a lease are meant to last, of the time in which they may be made: half of it, until the next lease is
 * asked for, when a twentieth is left.
 */
const HORIZON_SHARE = 0.525;
/**
 * The part of a lease's life in which calls are made of it. The rest is for its return to arrive before the store counts
 * everything as spent, and for clocks of instances that run slow.
 */
const SPENDING_SHARE = 0.8;

/** What an instance keeps to, so that leases never admit more than the policies do. */
export interface LeaseRules {
  /** Until when calls may be made of a lease, asked for at `sentMs` and got at `receivedMs`; monotonic. */
  endMs(sentMs: number, receivedMs: number, lifeMs: number): number;
  /** Whether no more calls may be made. Looked at on each. */
  isOver(endMs: number, nowMs: number): boolean;
  /** What is left of a lease once its return is on the way. */
  leftAfterReturn(left: number): number;
  /** Calls to ask for: what the recent rate makes within the life of a lease, at most `most`. */
  wanted(callsPerMs: number, lifeMs: number, most: number): number;
  /** The most that is asked for at first, and again after a timeout; each lease may be followed by one twice as large. */
  readonly firstCalls: number;
  /** Of what is left, one part in so many is asked for at most. */
  share(instances: number): number;
}

export const leaseRules: LeaseRules = {
  endMs(sentMs, _receivedMs, lifeMs) {
    return sentMs + SPENDING_SHARE * lifeMs;
  },

  isOver(endMs, nowMs) {
    return nowMs >= endMs;
  },

  leftAfterReturn() {
    return 0;
  },

  wanted(callsPerMs, lifeMs, most) {
    return Math.min(most, Math.ceil(callsPerMs * SPENDING_SHARE * HORIZON_SHARE * lifeMs));
  },

  firstCalls: 1,

  share(instances) {
    return 2 * instances;
  },
};
