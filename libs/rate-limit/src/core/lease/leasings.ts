import type { BucketState } from '../algorithms/registry';
import type { AlgorithmName, Quota } from '../quota';
import type { Leasing } from './leasing';
import { type LeasedTokenBucket, tokenBucketLeasing } from './token-bucket-leasing';
import { fixedWindowLeasing, slidingWindowLeasing } from './window-leasing';

/** What is kept of one bucket where units of it may be leased. */
export type LeasableState = BucketState | LeasedTokenBucket;

/** A leasing with its types forgotten, for code that only carries states from one call to the next. */
export type AnyLeasing = Leasing<LeasableState, BucketState, Quota>;

const leasings: Readonly<Record<AlgorithmName, unknown>> = {
  'sliding-window': slidingWindowLeasing,
  'token-bucket': tokenBucketLeasing,
  'fixed-window': fixedWindowLeasing,
};

/** How units of a quota are leased. */
export function leasingOf({ algorithm }: Quota): AnyLeasing {
  return leasings[algorithm] as AnyLeasing;
}
