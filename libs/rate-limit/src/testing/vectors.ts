import type { BucketState } from '../core/algorithms/registry';
import type { QuotaOptions } from '../core/compile-quota';
import type { AlgorithmName, Quota } from '../core/quota';
import type { MaybePromise, Verdict } from '../core/store';
import { quotaOf } from './simulated-bucket';

/** A verdict as JSON has it: `Infinity` is the text `never`. */
export type VectorVerdict = Omit<Verdict, 'retryTicks'> & { readonly retryTicks: number | 'never' };

/** One call and what must come of it; test/vectors/README.md explains every field. */
export interface VectorStep {
  readonly at: number;
  readonly op: 'consume' | 'consumeUpTo' | 'peek' | 'refund';
  readonly cost: number;
  /** A limit for this call alone, instead of the case's. */
  readonly limit?: number;
  /** Of a refund: the mark of the charge. */
  readonly mark?: number;
  /** The verdict; of a refund, the units given back. */
  readonly expect: VectorVerdict | { readonly units: number };
  /** The bucket after the call; `null` where there is none. */
  readonly state: BucketState | null;
}

/** What a bucket answers to a series of calls. */
export interface Vector {
  readonly name: string;
  /** How the expected values follow from the promise of the algorithm. */
  readonly why: string;
  readonly quota: Omit<QuotaOptions, 'algorithm'> & { readonly limit: number };
  readonly steps: readonly VectorStep[];
}

/** The content of one file of vectors. */
export interface VectorFile {
  readonly algorithm: AlgorithmName;
  readonly cases: readonly Vector[];
}

/** What vectors run against: one bucket, unused at first, on a clock that each call sets. */
export interface VectorTarget {
  consume(quota: Quota, cost: number, at: number): MaybePromise<Verdict>;
  consumeUpTo(quota: Quota, cost: number, at: number): MaybePromise<Verdict>;
  peek(quota: Quota, cost: number, at: number): MaybePromise<Verdict>;
  refund(quota: Quota, units: number, mark: number, at: number): MaybePromise<number>;
  /** The bucket as it is kept. Left out where a target cannot show it; the state is then taken as expected. */
  state?(): MaybePromise<BucketState | undefined>;
}

/**
 * Plays a vector and returns its steps as they really came out, so that a test is one comparison:
 * `expect(await runVector(file.algorithm, vector, target)).toEqual(vector.steps)`.
 */
export async function runVector(
  algorithm: AlgorithmName,
  vector: Vector,
  target: VectorTarget,
): Promise<readonly VectorStep[]> {
  const played: VectorStep[] = [];
  for (const step of vector.steps) {
    const quota = quotaOf({ ...vector.quota, algorithm, limit: step.limit ?? vector.quota.limit });
    const expect = await play(step, quota, target);
    const state = target.state === undefined ? step.state : ((await target.state()) ?? null);
    played.push({ ...step, expect, state });
  }
  return played;
}

async function play(step: VectorStep, quota: Quota, target: VectorTarget): Promise<VectorStep['expect']> {
  const { at, op, cost, mark = 0 } = step;
  if (op === 'refund') return { units: await target.refund(quota, cost, mark, at) };
  const verdict = await target[op](quota, cost, at);
  return { ...verdict, retryTicks: verdict.retryTicks === Infinity ? 'never' : verdict.retryTicks };
}
