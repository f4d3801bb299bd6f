import type { AlgorithmName, Quota } from '../quota';
import type { Algorithm } from './algorithm';
import { fixedWindow, type FixedWindowState } from './fixed-window';
import { slidingWindow, type SlidingWindowState } from './sliding-window';
import { tokenBucket, type TokenBucketState } from './token-bucket';

/** The state of one bucket; which of them it is follows from the quota's algorithm. */
export type BucketState = SlidingWindowState | TokenBucketState | FixedWindowState;

/** An algorithm with its types forgotten, for code that only carries states from one call to the next. */
export type AnyAlgorithm = Algorithm<BucketState, Quota>;

const algorithms: Readonly<Record<AlgorithmName, unknown>> = {
  'sliding-window': slidingWindow,
  'token-bucket': tokenBucket,
  'fixed-window': fixedWindow,
};

/** The algorithm of a quota. States it gave out must only come back to it: a bucket's id names its algorithm. */
export function algorithmOf(quota: Quota): AnyAlgorithm {
  return algorithms[quota.algorithm] as AnyAlgorithm;
}
