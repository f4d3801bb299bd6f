import type { CalendarUnit } from './calendar';

/** The algorithms by name; docs/algorithms.md says how to choose. */
export type AlgorithmName = 'sliding-window' | 'token-bucket' | 'fixed-window';

export const ALGORITHM_NAMES: readonly AlgorithmName[] = ['sliding-window', 'token-bucket', 'fixed-window'];

interface QuotaBase {
  /** Units a window admits; of a token bucket, the units it regains in a window. */
  readonly limit: number;
  /** The most units one request can ever take: `limit`, or the `burst` of a token bucket. */
  readonly capacity: number;
  /** The window in ticks. Of a calendar window, the longest it can be. */
  readonly perTicks: number;
}

/** The numbers of a token bucket, ready for its arithmetic. */
export interface TokenBucketQuota extends QuotaBase {
  readonly algorithm: 'token-bucket';
  /** Ticks in which one unit comes back: ceil(perTicks / limit), so that rounding can only under-admit. */
  readonly ticksPerUnit: number;
}

/** The numbers of a sliding window, ready for its arithmetic. */
export interface SlidingWindowQuota extends QuotaBase {
  readonly algorithm: 'sliding-window';
  /** Distinct instants a window keeps exactly. */
  readonly precision: number;
  /** ceil(perTicks / precision): instants closer than that may be folded into one. */
  readonly cellTicks: number;
}

/** The numbers of a fixed window, ready for its arithmetic. */
export interface FixedWindowQuota extends QuotaBase {
  readonly algorithm: 'fixed-window';
  /** Windows that follow the calendar of a time zone instead of a length. */
  readonly calendar?: { readonly unit: CalendarUnit; readonly timeZone: string };
}

/** How much, how often, by which algorithm: what an algorithm needs to know of a policy. */
export type Quota = TokenBucketQuota | SlidingWindowQuota | FixedWindowQuota;
