import type { BucketState } from '../../core/algorithms/registry';
import type { Quota } from '../../core/quota';
import type { Verdict } from '../../core/store';

/**
 * The states of one algorithm's buckets: numbers packed side by side take a third of the memory that objects would, and
 * writing one makes no garbage. A slot, a small whole number, says where a state lies.
 */
export interface StateColumn {
  /** Keeps a state. Returns its slot. */
  add(state: BucketState): number;
  get(slot: number): BucketState;
  /** Replaces a state. Returns its slot, which may be another. */
  set(slot: number, state: BucketState): number;
  /** The state of this slot is needed no more. */
  drop(slot: number): void;
  /** The whole decision on a call for this bucket alone, where that can be made at one go; else nothing has changed. */
  decide(slot: number, quota: Quota, cost: number, now: number): Verdict | undefined;
  /** Whether there is surely room for a cost; false says nothing. */
  fits(slot: number, quota: Quota, cost: number, now: number): boolean;
  /** What the algorithm's function of that name says of a state. */
  fullAt?(slot: number, quota: Quota): number;
}
