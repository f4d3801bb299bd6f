import type { BucketState } from '../../core/algorithms/registry';
import type { Quota } from '../../core/quota';
import type { Charge, Verdict } from '../../core/store';
import type { BucketTable, OpenBucket } from './bucket-table';
import { BucketTables } from './bucket-tables';
import { FullNotice } from './full-notice';

/** Each new bucket pays for looking at this many others, so that expired ones leave faster than new ones come. */
const CHECKS_PER_INSERTION = 2;
/** How many buckets a new one looks at for a place when there is none left. */
const EVICTION_SAMPLE = 64;
/** A bucket with less than this share free is not given up for another. */
const EVICTABLE_FREE_SHARE = 0.5;
/** An episode of being full is over when this share of the places is taken. */
const CALM_SHARE = 0.9;

/**
 * The states of all buckets, at most `maxKeys`. When all places are taken by buckets in use, the least used of a sample
 * makes place for a new one, if no more than half of it is used; its client can then take that half twice. Otherwise
 * the newcomer shares a bucket (see SharedBucket), which is not one of the `maxKeys`.
 */
export class Buckets {
  /** Buckets in use that made place for others. */
  evictions = 0;
  /** Charges that went to a shared bucket. */
  overflows = 0;
  private entries = 0;
  private readonly tables = new BucketTables();
  /** What `fitAll` found, by place. */
  private readonly fittingSlots: number[] = [];
  /** The tables that got a bucket in the present call, once for each. */
  private readonly grown: BucketTable[] = [];
  private sampledTable = 0;
  private readonly notice: FullNotice;

  constructor(
    private readonly maxKeys: number,
    onFull?: (message: string) => void,
  ) {
    this.notice = new FullNotice(maxKeys, onFull);
  }

  get size(): number {
    return this.entries;
  }

  /** The whole decision on a call for one bucket that is kept; `undefined` where it is to be made step by step. */
  decide({ bucketId, identity, quota, cost }: Charge, now: number): Verdict | undefined {
    const table = this.tables.of(bucketId, quota);
    const slot = table.slots.shardOf(identity).get(identity);
    return slot === undefined ? undefined : table.decide(slot, quota, cost, now);
  }

  /** Whether all charges are for buckets of their own that are kept, with room for each cost. */
  fitAll(charges: readonly Charge[], now: number): boolean {
    for (let i = 0; i < charges.length; i++) {
      const { bucketId, identity, quota, cost } = charges[i] as Charge;
      const table = this.tables.findAt(i, bucketId);
      const slot = table?.slots.shardOf(identity).get(identity);
      if (table === undefined || slot === undefined || !table.fits(slot, quota, cost, now)) return false;
      for (let other = 0; other < i; other++) if (this.tables.latestAt(other) === table) return false;
      this.fittingSlots[i] = slot;
    }
    return true;
  }

  /** `decide` for the charge in this place of a call, of which `fitAll` has just said that all fit. */
  decideFitting(place: number, { quota, cost }: Charge, now: number): Verdict | undefined {
    const table = this.tables.latestAt(place) as BucketTable;
    return table.decide(this.fittingSlots[place] as number, quota, cost, now);
  }

  /** A state that had to be mended is kept so, unless the call only looks. */
  open({ bucketId, identity, quota }: Charge, now: number, onlyLooks = false): OpenBucket {
    const table = this.tables.of(bucketId, quota);
    const shard = table.slots.shardOf(identity);
    const slot = shard.get(identity);
    if (slot === undefined) return { table, shard, identity, slot, state: table.shared.open(quota, now) };
    const kept = table.stateAt(slot);
    const state = table.algorithm.heal(kept, quota, now);
    if (state !== kept && !onlyLooks) table.setState(shard, identity, slot, state);
    return { table, shard, identity, slot, state };
  }

  /**
   * Takes units (more than 0) and returns the state after. `call` are the buckets that the same call has opened: none
   * of them makes place for another. Whoever makes the call ends it with `afterCall`.
   */
  charge(bucket: OpenBucket, quota: Quota, units: number, now: number, call?: readonly OpenBucket[]): BucketState {
    const { table, shard, identity } = bucket;
    // Looked up anew where the call has charged others: should it name a bucket twice, its slot may belong to another.
    const slot = call === undefined ? bucket.slot : shard.get(identity);
    if (slot === undefined) return this.addCharged(bucket, quota, units, now, call);
    table.learn(quota);
    const state = table.algorithm.charge(bucket.state, quota, units, now);
    table.setState(shard, identity, slot, state);
    return state;
  }

  /** Pays for the buckets that the call has added. Not earlier: those it had opened could leave while it needs them. */
  afterCall(now: number): void {
    if (this.grown.length === 0) return;
    for (const table of this.grown) this.entries -= table.sweep(CHECKS_PER_INSERTION, now);
    this.grown.length = 0;
  }

  /** Returns the units given back. */
  refund({ table, shard, identity, slot }: OpenBucket, quota: Quota, units: number, mark: number, now: number): number {
    if (slot === undefined) return 0;
    const refund = table.algorithm.refund(table.stateAt(slot), quota, units, mark, now);
    if (refund.state === undefined) this.drop(table, shard, identity);
    else table.setState(shard, identity, slot, refund.state);
    return refund.units;
  }

  /** A client that shares a bucket goes on sharing it. */
  forget(bucketId: string, identity: string): void {
    const table = this.tables.find(bucketId);
    if (table !== undefined) this.drop(table, table.slots.shardOf(identity), identity);
  }

  /** Drops what is expired among about `checks` buckets, spread over all tables by their size. */
  sweep(checks: number, now: number): void {
    const share = Math.min(1, checks / this.entries);
    for (const table of [...this.tables.all]) {
      this.entries -= table.sweep(Math.ceil(share * table.slots.size), now);
      if (table.slots.size === 0 && !table.shared.isInUse(now)) this.tables.drop(table);
    }
    if (this.entries < CALM_SHARE * this.maxKeys) this.notice.endEpisode();
  }

  clear(): void {
    this.tables.clear();
    this.entries = 0;
  }

  private addCharged(
    { table, shard, identity, state: shared }: OpenBucket,
    quota: Quota,
    units: number,
    now: number,
    call: readonly OpenBucket[] | undefined,
  ): BucketState {
    if (this.entries >= this.maxKeys && !this.makePlace(now, call)) {
      this.overflows++;
      this.notice.tell();
      return table.shared.charge(quota, units, now);
    }
    const state = table.algorithm.charge(shared, quota, units, now);
    table.learn(quota);
    table.add(shard, identity, state);
    this.entries++;
    this.grown.push(table);
    return state;
  }

  private drop(table: BucketTable, shard: Map<string, number>, identity: string): void {
    if (table.drop(shard, identity)) this.entries--;
  }

  /** Looks at a sample from all tables in turn; an expired bucket goes at once. Returns whether a place is free. */
  private makePlace(now: number, call: readonly OpenBucket[] = []): boolean {
    let victim: { table: BucketTable; identity: string } | undefined;
    let mostFree = EVICTABLE_FREE_SHARE;
    for (let look = 0; look < EVICTION_SAMPLE; look++) {
      this.sampledTable = (this.sampledTable + 1) % this.tables.all.length;
      const table = this.tables.all[this.sampledTable] as BucketTable;
      const entry = table.slots.next();
      if (entry === undefined) continue;
      const [identity, slot] = entry;
      if (call.some((bucket) => bucket.table === table && bucket.identity === identity)) continue;
      if (table.isExpired(slot, now)) {
        this.forget(table.bucketId, identity);
        return true;
      }
      const free = table.freeShare(slot, now);
      if (free < mostFree) continue;
      mostFree = free;
      victim = { table, identity };
    }
    if (victim === undefined) return false;
    this.evictions++;
    this.forget(victim.table.bucketId, victim.identity);
    return true;
  }
}
