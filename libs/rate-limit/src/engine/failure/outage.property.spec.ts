import * as fc from 'fast-check';
import { algorithmOf } from '../../core/algorithms/registry';
import { StoreUnavailableError } from '../../core/errors';
import { chargeOwed } from '../../core/owed';
import type { AlgorithmName, Quota } from '../../core/quota';
import type { Charge, RateLimitStore, Verdict } from '../../core/store';
import { MemoryStore } from '../../stores/memory/memory-store';
import { quotaOf, SimulatedBucket } from '../../testing';
import { ResilientStore } from './resilient-store';
import { VirtualTime } from './virtual-time.spec-support';

const DEADLINE_MS = 100;

/** What becomes of one call on its way; those that arrive do so after half of their time. */
const FATES = [
  'answered',
  'reply lost',
  'broken after',
  'hanging',
  'unsent',
  'unsent at once',
  'unsent, as was known',
  'broken',
] as const;

const call = (instances: number) =>
  fc.record({
    instance: fc.nat(instances - 1),
    cost: fc.oneof(fc.constant(1), fc.nat(12)),
    partial: fc.boolean(),
    openToo: fc.boolean(),
    waitMs: fc.oneof(fc.constant(0), fc.nat(60), fc.nat(600), fc.constantFrom(99, 100, 101, 1_000)),
    fate: fc.constantFrom(...FATES),
    takesMs: fc.oneof(fc.nat(20), fc.nat(300), fc.constantFrom(98, 99, 100, 101)),
  });

type Call = ReturnType<typeof call> extends fc.Arbitrary<infer Generated> ? Generated : never;

const quotaFor = (algorithm: AlgorithmName): fc.Arbitrary<Quota> =>
  fc
    .record({ limit: fc.nat(12), burst: fc.integer({ min: 1, max: 12 }), per: fc.constantFrom('1s', '250ms') })
    .map(({ limit, burst, per }) => quotaOf({ algorithm, limit, per, ...(algorithm === 'token-bucket' && { burst }) }));

/** One shared bucket, instances that reach it by a bad network, and what came of all their calls. */
class World {
  readonly time = new VirtualTime();
  /** Units counted by instances without the store, and when. */
  readonly counted: { readonly at: number; readonly units: number }[] = [];
  /** Units that the store cannot have charged, and units that calls carried to it as debts. */
  unsent = 0;
  carried = 0;
  latestMs = 0;
  answers = 0;
  private readonly bucket = new SimulatedBucket();
  private readonly stores: ResilientStore[];
  private readonly locals: MemoryStore[];
  private next: Pick<Call, 'fate' | 'takesMs'> = { fate: 'answered', takesMs: 0 };

  constructor(
    private readonly quota: Quota,
    private readonly instances: number,
  ) {
    const { time: clock, time: timers } = this;
    this.locals = Array.from({ length: instances }, () => new MemoryStore({ clock }));
    this.stores = this.locals.map((local) => {
      const remote = this.remote;
      return new ResilientStore({ remote, local, clock, timers, deadlineMs: DEADLINE_MS, instances: () => instances });
    });
  }

  async play(schedule: readonly Call[]): Promise<void> {
    for (const call of schedule) {
      await this.time.pass(call.waitMs);
      void this.ask(call);
    }
    await this.time.pass(1_000);
    for (const local of this.locals) local.close();
  }

  private async ask(call: Call): Promise<void> {
    const { cost, partial, openToo, fate } = call;
    const askedMs = this.time.nowMs();
    const charge: Charge = { bucketId: 'a', identity: 'ip:1', quota: this.quota, cost };
    const open: Charge = { ...charge, bucketId: 'b', onStoreFailure: 'open' };
    this.next = call;
    const store = this.stores[call.instance]!;
    const [verdict] = partial
      ? [await store.consumeUpTo(charge)]
      : await store.consume(openToo ? [charge, open] : [charge]);
    this.answers++;
    this.latestMs = Math.max(this.latestMs, this.time.nowMs() - askedMs);
    if (verdict?.source !== 'fallback' || verdict.granted === 0) return;
    const share = Math.max(1, Math.floor(this.quota.capacity / this.instances));
    this.counted.push({ at: this.time.nowTicks(), units: Math.min(verdict.granted, share) });
    if (fate.startsWith('unsent')) this.unsent += verdict.granted;
  }

  private readonly remote: RateLimitStore = {
    source: 'redis',
    consume: (charges) => this.send(() => charges.map((charge) => this.decide(charge, 'consume'))),
    consumeUpTo: (charge) => this.send(() => this.decide(charge, 'consumeUpTo')),
    peek: () => [],
    refund: () => 0,
    reset: () => undefined,
    refusal: () => (this.next.fate === 'unsent, as was known' ? breakerIsOpen() : undefined),
  };

  private decide(charge: Charge, how: 'consume' | 'consumeUpTo'): Verdict {
    const [now, { quota, owed = [] }] = [this.time.nowTicks(), charge];
    if (charge.bucketId === 'b') return new SimulatedBucket().peek(quota, 0, now);
    this.bucket.state = chargeOwed(algorithmOf(quota), this.bucket.state, quota, owed, now);
    this.carried += owed.reduce((sum, { units }) => sum + units, 0);
    return this.bucket[how](quota, charge.cost, now);
  }

  private send<T>(carryOut: () => T): Promise<T> {
    const { fate, takesMs } = this.next;
    if (fate === 'unsent at once' || fate === 'unsent, as was known') throw breakerIsOpen();
    return new Promise((resolve, reject) => {
      const fail = (mayHaveExecuted: boolean) => () => {
        reject(new StoreUnavailableError('broken', mayHaveExecuted));
      };
      if (fate === 'unsent' || fate === 'broken') this.time.after(takesMs, fail(fate === 'broken'));
      if (fate !== 'answered' && fate !== 'reply lost' && fate !== 'broken after') return;
      this.time.after(Math.floor(takesMs / 2), () => {
        const answer = carryOut();
        const rest = Math.ceil(takesMs / 2);
        if (fate === 'answered')
          this.time.after(rest, () => {
            resolve(answer);
          });
        else if (fate === 'broken after') this.time.after(rest, fail(true));
      });
    });
  }
}

function breakerIsOpen(): StoreUnavailableError {
  return new StoreUnavailableError('The breaker is open.', false);
}

function expectBound(counted: World['counted'], quota: Quota, instances: number): void {
  const most = (units: number) => (units === 0 ? 0 : Math.max(units, instances));
  const windowOf = (at: number) => Math.floor(at / quota.perTicks);
  counted.forEach(({ at: last }, i) => {
    let units = 0;
    for (let j = i; j >= 0; j--) {
      const { at, units: more } = counted[j]!;
      if (quota.algorithm === 'sliding-window' && last - at >= quota.perTicks) break;
      if (quota.algorithm === 'fixed-window' && windowOf(at) !== windowOf(last)) break;
      units += more;
      const refilled = quota.algorithm === 'token-bucket' ? (most(quota.limit) * (last - at)) / quota.perTicks : 0;
      expect(units).toBeLessThanOrEqual(most(quota.capacity) + refilled);
    }
  });
}

test.each(['sliding-window', 'token-bucket', 'fixed-window'] as const)(
  '%s: whatever the network does, every call is answered in time, within the bound, and owed at most once',
  async (algorithm) => {
    const world = fc
      .integer({ min: 1, max: 5 })
      .chain((n) => fc.tuple(fc.constant(n), quotaFor(algorithm), fc.array(call(n), { maxLength: 40, size: 'max' })));
    await fc.assert(
      fc.asyncProperty(world, async ([instances, quota, schedule]) => {
        const played = new World(quota, instances);
        await played.play(schedule);
        expect(played.answers).toBe(schedule.length);
        expect(played.latestMs).toBeLessThanOrEqual(DEADLINE_MS);
        expect(played.carried).toBeLessThanOrEqual(played.unsent);
        expectBound(played.counted, quota, instances);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 1_000), seed: Number(process.env.PROPERTY_SEED ?? 20_250_101) },
    );
  },
);
