import { type LeaseGrant, type LeaseReturn, type LeaseTerms, NO_LEASE } from '../../core/lease/lease';
import type { Charge, RateLimitStore, Verdict } from '../../core/store';
import { chargesBySlot, consumeAcrossSlots, peekAcrossSlots, type SlotCharges } from './cluster-consume';
import { slotOf } from './cluster-slots';
import type { RedisConnection } from './connection/redis-connection';
import type { RedisKeys } from './keys';
import type { CommandObserver } from './lane-options';
import { RedisStoreLanes } from './redis-store-lanes';
import type { Answer, Ask } from './wire';

export interface RedisStoreOptions {
  /** Stays the caller's: the store does not close it. */
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  /** How long a call may take, in milliseconds. After that it rejects, and is never sent again. */
  readonly deadlineMs: number;
  /** Called when calls to a node stop being made (`open`), and when they are made again (`closed`). */
  readonly onStateChange?: (node: string, state: 'open' | 'closed', reason: string) => void;
  /** Told how long each command took, or what it failed with. */
  readonly onCommand?: CommandObserver;
  /** Only for tests: the time that buckets go by. Default: the clock of Redis. */
  readonly nowTicks?: () => number;
  /** Monotonic. Default: `performance.now`. */
  readonly nowMs?: () => number;
}

/**
 * Keeps buckets in Redis, shared by all processes. A call is one script run at most, and goes together with others
 * raised meanwhile; only a call with identities of different slots of a Cluster takes one for each, and gives back what
 * it took if one refuses. Rejects with `StoreUnavailableError` where Redis does not answer in time.
 */
export class RedisStore implements RateLimitStore {
  readonly source = 'redis';
  private readonly lanes: RedisStoreLanes;

  constructor(private readonly options: RedisStoreOptions) {
    const { connection, keys, deadlineMs, nowTicks, nowMs = () => performance.now() } = options;
    this.lanes = new RedisStoreLanes({
      connection,
      keyOf: (identity) => keys.keyOf(identity),
      deadlineMs,
      onStateChange: (node, state, reason) => options.onStateChange?.(node, state, reason),
      nowMs,
      nowTicks,
      onCommand: options.onCommand,
    });
  }

  consume(charges: readonly Charge[]): Promise<readonly Verdict[]> {
    const groups = this.split(charges);
    return groups === undefined
      ? (this.decide({ kind: 'consume', charges }) as Promise<readonly Verdict[]>)
      : consumeAcrossSlots(groups, this.decideInSlot);
  }

  async consumeUpTo(charge: Charge): Promise<Verdict> {
    const [verdict] = (await this.decide({ kind: 'consumeUpTo', charges: [charge] })) as readonly Verdict[];
    return verdict as Verdict;
  }

  peek(charges: readonly Charge[]): Promise<readonly Verdict[]> {
    const groups = this.split(charges);
    return groups === undefined
      ? (this.decide({ kind: 'peek', charges }) as Promise<readonly Verdict[]>)
      : peekAcrossSlots(groups, this.decideInSlot);
  }

  refund(charge: Charge, units: number, mark: number): Promise<number> {
    return this.decide({ kind: 'refund', charges: [charge], units, mark }) as Promise<number>;
  }

  /** None for a call that needs several scripts: a lease is taken all or nothing. */
  lease(charges: readonly Charge[], terms: LeaseTerms): Promise<LeaseGrant> {
    return this.split(charges) === undefined
      ? (this.decide({ kind: 'lease', charges, terms }) as Promise<LeaseGrant>)
      : Promise.resolve(NO_LEASE);
  }

  async giveBack(charges: readonly Charge[], lease: LeaseReturn): Promise<void> {
    await this.decide({ kind: 'giveBack', charges, lease });
  }

  async reset(bucketId: string, identity: string): Promise<void> {
    const { keys, connection } = this.options;
    const lane = this.lanes.of(this.slotOf(identity));
    const field = keys.fieldOf(bucketId);
    // A long state has a second field (lua/packing.lua).
    await lane.call('hdel', () => connection.client.hdel(keys.keyOf(identity), field, `${field}+`));
  }

  /** While a node is left alone. Of a call that goes to several nodes nothing is said. */
  refusal(charges: readonly Charge[]): Error | undefined {
    const [charge] = charges;
    if (charge === undefined || this.split(charges) !== undefined) return undefined;
    return this.lanes.of(this.slotOf(charge.identity)).refusal;
  }

  /** Rejects what waits, lets what is in flight end, and leaves the connection to its owner. */
  close(): Promise<void> {
    return this.lanes.close();
  }

  private decide(ask: Ask): Promise<Answer> {
    const [charge] = ask.charges as readonly Charge[];
    return this.decideInSlot(ask, charge === undefined ? 0 : this.slotOf(charge.identity));
  }

  private readonly decideInSlot = (ask: Ask, slot: number): Promise<Answer> => this.lanes.of(slot).decide(ask, slot);

  /** The charges of each slot; `undefined` where one script reaches them all. */
  private split(charges: readonly Charge[]): readonly SlotCharges[] | undefined {
    if (!this.options.connection.isCluster || charges.length === 1) return undefined;
    const groups = chargesBySlot(charges, ({ identity }) => this.slotOf(identity));
    return groups.length > 1 ? groups : undefined;
  }

  /** Without a cluster every key is in one place. */
  private slotOf(identity: string): number {
    const { connection, keys } = this.options;
    return connection.isCluster ? slotOf(connection.keyPrefix + keys.keyOf(identity)) : 0;
  }
}
