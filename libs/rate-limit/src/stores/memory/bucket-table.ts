import { algorithmOf, type AnyAlgorithm, type BucketState } from '../../core/algorithms/registry';
import type { AlgorithmName, Quota } from '../../core/quota';
import type { Verdict } from '../../core/store';
import { ArrivalColumn, CounterColumn } from './even-columns';
import { LogColumn } from './log-column';
import { SharedBucket } from './shared-bucket';
import { ShardedMap } from './sharded-map';
import type { StateColumn } from './state-column';

/** A bucket as a call found it. */
export interface OpenBucket {
  readonly table: BucketTable;
  /** The part of the table where it is kept, or would be. */
  readonly shard: Map<string, number>;
  readonly identity: string;
  /** `undefined` where the identity has no bucket of its own yet. It may be another once the bucket was charged. */
  readonly slot: number | undefined;
  /** `undefined` where nothing is in use. */
  readonly state: BucketState | undefined;
}

/** The buckets of one bucket id, by identity. */
export class BucketTable {
  /** Where each identity's state is in the column. */
  readonly slots = new ShardedMap<number>();
  readonly algorithm: AnyAlgorithm;
  /** What identities share that found no room for a bucket of their own. */
  readonly shared: SharedBucket;
  private readonly column: StateColumn;
  /** By what entries are judged whose own quota is not known any more; set as soon as there are any. */
  private judge: Quota | undefined;

  constructor(
    readonly bucketId: string,
    quota: Quota,
  ) {
    this.algorithm = algorithmOf(quota);
    this.column = columnFor(quota.algorithm);
    this.shared = new SharedBucket(this.algorithm, quota);
  }

  stateAt(slot: number): BucketState {
    return this.column.get(slot);
  }

  setState(shard: Map<string, number>, identity: string, slot: number, state: BucketState): void {
    const next = this.column.set(slot, state);
    if (next !== slot) shard.set(identity, next);
  }

  /** The whole decision on a call for one bucket; `undefined` where it is to be made step by step. */
  decide(slot: number, quota: Quota, cost: number, now: number): Verdict | undefined {
    const verdict = this.column.decide(slot, quota, cost, now);
    if (verdict !== undefined && verdict.granted > 0) this.learn(quota);
    return verdict;
  }

  /** Whether there is surely room for a cost: then `decide`, or else the way step by step, takes it. */
  fits(slot: number, quota: Quota, cost: number, now: number): boolean {
    return this.column.fits(slot, quota, cost, now);
  }

  /** Keeps a first state for an identity. */
  add(shard: Map<string, number>, identity: string, state: BucketState): void {
    shard.set(identity, this.column.add(state));
  }

  /** Forgets an identity. Returns whether it was known. */
  drop(shard: Map<string, number>, identity: string): boolean {
    const slot = shard.get(identity);
    if (slot === undefined) return false;
    shard.delete(identity);
    this.column.drop(slot);
    return true;
  }

  /** Must be told each quota under which units are charged. */
  learn(quota: Quota): void {
    if (quota !== this.judge) this.judge = strictest(this.judge, quota);
  }

  /** Whether a bucket equals one never used. */
  isExpired(slot: number, now: number): boolean {
    if (this.judge === undefined) return false;
    return (this.column.fullAt?.(slot, this.judge) ?? this.algorithm.fullAt(this.stateAt(slot), this.judge)) <= now;
  }

  /** The part of a bucket that is free, 0 to 1. */
  freeShare(slot: number, now: number): number {
    if (this.judge === undefined) return 0;
    return this.algorithm.available(this.stateAt(slot), this.judge, now) / this.judge.capacity;
  }

  /** Looks at the next few entries and drops those that are expired. Returns how many were. */
  sweep(checks: number, now: number): number {
    let dropped = 0;
    for (let check = 0; check < checks; check++) {
      const entry = this.slots.next();
      if (entry === undefined) break;
      const [identity, slot] = entry;
      if (this.isExpired(slot, now) && this.drop(this.slots.shardOf(identity), identity)) dropped++;
    }
    return dropped;
  }
}

function columnFor(algorithm: AlgorithmName): StateColumn {
  switch (algorithm) {
    case 'token-bucket':
      return new ArrivalColumn();
    case 'fixed-window':
      return new CounterColumn();
    case 'sliding-window':
      return new LogColumn();
  }
}

/**
 * The limits of one bucket id may differ from identity to identity, and a state does not say which it was made by. So
 * all are judged by the smallest capacity and the longest window seen: an entry is never taken for emptier than it is.
 */
function strictest(a: Quota | undefined, b: Quota): Quota {
  if (a === undefined) return b;
  if (isStrict(a, b)) return a;
  const limit = Math.min(a.limit, b.limit);
  const capacity = Math.min(a.capacity, b.capacity);
  const perTicks = Math.max(a.perTicks, b.perTicks);
  return a.algorithm === 'token-bucket' && b.algorithm === 'token-bucket'
    ? { ...a, limit, capacity, perTicks, ticksPerUnit: Math.min(a.ticksPerUnit, b.ticksPerUnit) }
    : { ...a, limit, capacity, perTicks };
}

function isStrict(a: Quota, b: Quota): boolean {
  if (a.capacity > b.capacity || a.limit > b.limit || a.perTicks < b.perTicks) return false;
  return a.algorithm !== 'token-bucket' || b.algorithm !== 'token-bucket' || a.ticksPerUnit <= b.ticksPerUnit;
}
