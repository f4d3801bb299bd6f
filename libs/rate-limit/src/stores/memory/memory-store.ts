import { type Clock, systemClock } from '../../core/clock';
import type { Charge, RateLimitStore, Verdict } from '../../core/store';
import { grantedVerdict, untakenVerdict } from '../../core/verdict';
import type { OpenBucket } from './bucket-table';
import { Buckets } from './buckets';

export interface MemoryStoreOptions {
  /**
   * The most buckets kept at once, at about 200 bytes each. Default 1,000,000. When all are in use, the least used ones
   * give way, or else new clients share a bucket for each policy: a client never gets more by filling the store.
   */
  readonly maxKeys?: number | undefined;
  /** Default: the clock of this process. */
  readonly clock?: Clock | undefined;
  /** Called once when the store is full of buckets in use and keys without one begin to share a bucket. */
  readonly onFull?: ((message: string) => void) | undefined;
}

export const DEFAULT_MAX_KEYS = 1_000_000;

/** Every so often, so many buckets are checked: a million in two minutes, below a millisecond at a time. */
const SWEEP_EVERY_MS = 1_000;
const CHECKS_PER_SWEEP = 8_000;

/** Keeps buckets in this process. Every call answers at once, without a promise. */
export class MemoryStore implements RateLimitStore {
  readonly source = 'memory';
  private readonly clock: Clock;
  private readonly buckets: Buckets;
  private readonly sweeper: NodeJS.Timeout;

  constructor({ maxKeys = DEFAULT_MAX_KEYS, clock = systemClock(), onFull }: MemoryStoreOptions = {}) {
    this.clock = clock;
    this.buckets = new Buckets(maxKeys, onFull);
    // Started here and not with the first request, whose AsyncLocalStorage contexts a timer would keep alive.
    this.sweeper = setInterval(() => {
      this.buckets.sweep(CHECKS_PER_SWEEP, clock.nowTicks());
    }, SWEEP_EVERY_MS);
    this.sweeper.unref();
  }

  /** Buckets kept now, those included that are full again and not yet swept. */
  get size(): number {
    return this.buckets.size;
  }

  /** Buckets in use, at most half, that made place for others since the store began. */
  get evictions(): number {
    return this.buckets.evictions;
  }

  /** Charges that went to a shared bucket since the store began. */
  get overflows(): number {
    return this.buckets.overflows;
  }

  consume(charges: readonly Charge[]): readonly Verdict[] {
    const now = this.clock.nowTicks();
    const [charge] = charges;
    // Without the lists that several charges need, one takes half the time.
    const verdicts =
      charge !== undefined && charges.length === 1 ? [this.consumeOne(charge, now)] : this.consumeAll(charges, now);
    this.buckets.afterCall(now);
    return verdicts;
  }

  consumeUpTo(charge: Charge): Verdict {
    const { quota, cost } = charge;
    const now = this.clock.nowTicks();
    // Where there is room for all of it, this is `consume`; a refusal has changed nothing.
    const whole = this.buckets.decide(charge, now);
    if (whole?.outcome === 'allowed') return whole;
    const bucket = this.buckets.open(charge, now);
    const available = availableIn(bucket, charge, now);
    if (quota.capacity === 0 && cost > 0) return refuse(bucket, charge, available, now);
    const verdict = this.take(bucket, charge, Math.min(cost, available), available, now);
    this.buckets.afterCall(now);
    return verdict;
  }

  peek(charges: readonly Charge[]): readonly Verdict[] {
    const now = this.clock.nowTicks();
    return charges.map((charge) => {
      const bucket = this.buckets.open(charge, now, true);
      return refuse(bucket, charge, availableIn(bucket, charge, now), now);
    });
  }

  refund(charge: Charge, units: number, mark: number): number {
    const now = this.clock.nowTicks();
    return this.buckets.refund(this.buckets.open(charge, now), charge.quota, units, mark, now);
  }

  reset(bucketId: string, identity: string): void {
    this.buckets.forget(bucketId, identity);
  }

  close(): void {
    clearInterval(this.sweeper);
    this.buckets.clear();
  }

  private consumeOne(charge: Charge, now: number): Verdict {
    return this.buckets.decide(charge, now) ?? this.consumeByStep(charge, now);
  }

  private consumeByStep(charge: Charge, now: number): Verdict {
    const bucket = this.buckets.open(charge, now);
    const available = availableIn(bucket, charge, now);
    return charge.cost <= available
      ? this.take(bucket, charge, charge.cost, available, now)
      : refuse(bucket, charge, available, now);
  }

  private consumeAll(charges: readonly Charge[], now: number): readonly Verdict[] {
    const { length } = charges;
    // Lists of the right length: one that grows by itself starts with room for seventeen.
    const verdicts = new Array<Verdict>(length);
    if (this.buckets.fitAll(charges, now)) {
      for (let i = 0; i < length; i++) {
        const charge = charges[i] as Charge;
        verdicts[i] = this.buckets.decideFitting(i, charge, now) ?? this.consumeByStep(charge, now);
      }
      return verdicts;
    }
    const opened = new Array<OpenBucket>(length);
    const available = new Array<number>(length);
    let fits = true;
    for (let i = 0; i < length; i++) {
      const charge = charges[i] as Charge;
      const bucket = this.buckets.open(charge, now);
      const units = availableIn(bucket, charge, now);
      opened[i] = bucket;
      available[i] = units;
      fits &&= charge.cost <= units;
    }
    for (let i = 0; i < length; i++) {
      const charge = charges[i] as Charge;
      const bucket = opened[i] as OpenBucket;
      const units = available[i] as number;
      verdicts[i] = fits
        ? this.take(bucket, charge, charge.cost, units, now, opened)
        : refuse(bucket, charge, units, now);
    }
    return verdicts;
  }

  private take(
    bucket: OpenBucket,
    { quota }: Charge,
    units: number,
    available: number,
    now: number,
    call?: readonly OpenBucket[],
  ): Verdict {
    const state = units > 0 ? this.buckets.charge(bucket, quota, units, now, call) : bucket.state;
    return grantedVerdict(bucket.table.algorithm, state, quota, units, available - units, now);
  }
}

function availableIn({ table, state }: OpenBucket, { quota }: Charge, now: number): number {
  return table.algorithm.available(state, quota, now);
}

function refuse(bucket: OpenBucket, { quota, cost }: Charge, available: number, now: number): Verdict {
  return untakenVerdict(bucket.table.algorithm, bucket.state, quota, cost, now, available);
}
