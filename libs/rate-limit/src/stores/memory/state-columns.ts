import type { Algorithm } from '../../core/algorithms/algorithm';
import type { FixedWindowState } from '../../core/algorithms/fixed-window';
import { algorithmOf, type BucketState } from '../../core/algorithms/registry';
import type { AlgorithmName, Quota, SlidingWindowQuota } from '../../core/quota';
import type { Verdict } from '../../core/store';
import { PackedLog } from './packed-log';
import { PackedLogs } from './packed-logs';
import { packedWindow, type PackedWindowState } from './packed-window';

/** A state as it is kept here: that of the algorithm, or the place where it lies. */
export type KeptState = BucketState | PackedLog;

/** An algorithm for states that are kept here. `charge` may change the state that it is handed. */
export type KeptAlgorithm = Algorithm<KeptState, Quota>;

export function keptAlgorithmOf(quota: Quota): KeptAlgorithm {
  return quota.algorithm === 'sliding-window' ? packedWindow : algorithmOf(quota);
}

/**
 * The states of one algorithm's buckets, by slot: numbers packed side by side take a third of the memory that objects
 * would, and writing one makes no garbage. A slot is a small whole number that its owner gave out.
 */
export interface StateColumn {
  get(slot: number): KeptState;
  set(slot: number, state: KeptState): void;
  /** The whole decision on a call for this bucket alone, where that can be made at one go; else nothing has changed. */
  decide?(slot: number, quota: Quota, cost: number, now: number): Verdict | undefined;
  /** Whether there is surely room for a cost; `undefined` and false say nothing. */
  fits?(slot: number, quota: Quota, cost: number): boolean;
  /** The state of this slot is needed no more. */
  drop?(slot: number): void;
}

export function columnFor(algorithm: AlgorithmName): StateColumn {
  switch (algorithm) {
    case 'token-bucket':
      return new ArrivalColumn();
    case 'fixed-window':
      return new CounterColumn();
    case 'sliding-window':
      return new LogColumn();
  }
}

/** Columns grow by pages of so many slots, a power of two: a table of few buckets stays small, and nothing is copied. */
const PAGE_SLOTS = 256;
const PAGE_BITS = 8;
const PLACE_MASK = PAGE_SLOTS - 1;

/** Of token buckets: one number each. */
class ArrivalColumn implements StateColumn {
  private readonly pages: Float64Array[] = [];

  get(slot: number): number {
    return (this.pages[slot >> PAGE_BITS] as Float64Array)[slot & PLACE_MASK] as number;
  }

  set(slot: number, tat: number): void {
    const page = (this.pages[slot >> PAGE_BITS] ??= new Float64Array(PAGE_SLOTS));
    page[slot & PLACE_MASK] = tat;
  }
}

/** Of fixed windows: the end of the window and the units used in it. */
class CounterColumn implements StateColumn {
  private readonly pages: Float64Array[] = [];

  get(slot: number): FixedWindowState {
    const page = this.pages[slot >> PAGE_BITS] as Float64Array;
    const place = 2 * (slot & PLACE_MASK);
    return { end: page[place] as number, used: page[place + 1] as number };
  }

  set(slot: number, { end, used }: FixedWindowState): void {
    const page = (this.pages[slot >> PAGE_BITS] ??= new Float64Array(2 * PAGE_SLOTS));
    const place = 2 * (slot & PLACE_MASK);
    page[place] = end;
    page[place + 1] = used;
  }
}

/** Of sliding windows: where the logs lie, which have different lengths; a 0 where there is none. */
class LogColumn implements StateColumn {
  private readonly logs = new PackedLogs();
  private readonly pages: Uint32Array[] = [];

  get(slot: number): PackedLog {
    return this.logs.at((this.pageOf(slot)[slot & PLACE_MASK] as number) - 1);
  }

  set(slot: number, state: PackedWindowState): void {
    // It was changed where it lies.
    if (state instanceof PackedLog) return;
    const page = this.pageOf(slot);
    const place = page[slot & PLACE_MASK] as number;
    page[slot & PLACE_MASK] = 1 + (place === 0 ? this.logs.add(state) : this.logs.replace(place - 1, state));
  }

  decide(slot: number, quota: Quota, cost: number, now: number): Verdict | undefined {
    return this.logs.decide(
      (this.pageOf(slot)[slot & PLACE_MASK] as number) - 1,
      quota as SlidingWindowQuota,
      cost,
      now,
    );
  }

  fits(slot: number, quota: Quota, cost: number): boolean {
    return this.logs.unitsAt((this.pageOf(slot)[slot & PLACE_MASK] as number) - 1) + cost <= quota.limit;
  }

  drop(slot: number): void {
    const page = this.pageOf(slot);
    this.logs.free((page[slot & PLACE_MASK] as number) - 1);
    page[slot & PLACE_MASK] = 0;
  }

  private pageOf(slot: number): Uint32Array {
    return (this.pages[slot >> PAGE_BITS] ??= new Uint32Array(PAGE_SLOTS));
  }
}
