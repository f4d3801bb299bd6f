import type { Algorithm } from '../../core/algorithms/algorithm';
import { fixedWindow, type FixedWindowState } from '../../core/algorithms/fixed-window';
import type { BucketState } from '../../core/algorithms/registry';
import { tokenBucket, type TokenBucketState } from '../../core/algorithms/token-bucket';
import type { FixedWindowQuota, Quota, TokenBucketQuota } from '../../core/quota';
import type { Verdict } from '../../core/store';
import { grantedVerdict, untakenVerdict } from '../../core/verdict';
import type { StateColumn } from './state-column';

/** Columns grow by pages of so many slots, a power of two: a table of few buckets stays small, and nothing is copied. */
const PAGE_SLOTS = 256;
const PAGE_BITS = 8;
const PLACE_MASK = PAGE_SLOTS - 1;

/** Of states that all have the same length. */
abstract class EvenColumn<State extends BucketState, Q extends Quota> implements StateColumn {
  protected abstract readonly algorithm: Algorithm<State, Q>;
  private readonly free: number[] = [];
  private made = 0;

  abstract get(slot: number): State;
  protected abstract write(slot: number, state: State): void;

  add(state: State): number {
    return this.set(this.free.pop() ?? this.made++, state);
  }

  set(slot: number, state: State): number {
    this.write(slot, state);
    return slot;
  }

  drop(slot: number): void {
    this.free.push(slot);
  }

  decide(slot: number, quota: Quota, cost: number, now: number): Verdict | undefined {
    const { algorithm } = this;
    const own = quota as Q;
    const state = this.get(slot);
    if (algorithm.heal(state, own, now) !== state) return undefined;
    const available = algorithm.available(state, own, now);
    if (cost > available) return untakenVerdict(algorithm, state, own, cost, now, available);
    if (cost === 0) return grantedVerdict(algorithm, state, own, 0, available, now);
    const charged = algorithm.charge(state, own, cost, now);
    this.write(slot, charged);
    return grantedVerdict(algorithm, charged, own, cost, available - cost, now);
  }

  // A state that has to be mended has as much room after it.
  fits(slot: number, quota: Quota, cost: number, now: number): boolean {
    return cost <= this.algorithm.available(this.get(slot), quota as Q, now);
  }
}

/** Of token buckets: one number each. */
export class ArrivalColumn extends EvenColumn<TokenBucketState, TokenBucketQuota> {
  protected readonly algorithm = tokenBucket;
  private readonly pages: Float64Array[] = [];

  get(slot: number): number {
    return (this.pages[slot >> PAGE_BITS] as Float64Array)[slot & PLACE_MASK] as number;
  }

  protected write(slot: number, tat: number): void {
    const page = (this.pages[slot >> PAGE_BITS] ??= new Float64Array(PAGE_SLOTS));
    page[slot & PLACE_MASK] = tat;
  }
}

/** Of fixed windows: the end of the window and the units used in it. */
export class CounterColumn extends EvenColumn<FixedWindowState, FixedWindowQuota> {
  protected readonly algorithm = fixedWindow;
  private readonly pages: Float64Array[] = [];

  get(slot: number): FixedWindowState {
    const page = this.pages[slot >> PAGE_BITS] as Float64Array;
    const place = 2 * (slot & PLACE_MASK);
    return { end: page[place] as number, used: page[place + 1] as number };
  }

  protected write(slot: number, { end, used }: FixedWindowState): void {
    const page = (this.pages[slot >> PAGE_BITS] ??= new Float64Array(2 * PAGE_SLOTS));
    const place = 2 * (slot & PLACE_MASK);
    page[place] = end;
    page[place + 1] = used;
  }
}
