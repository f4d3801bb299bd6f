import * as fc from 'fast-check';
import { algorithmOf } from '../../core/algorithms/registry';
import { StoreUnavailableError } from '../../core/errors';
import { chargeOwed } from '../../core/owed';
import type { Charge, RateLimitStore, Verdict } from '../../core/store';
import { MemoryStore } from '../../stores/memory/memory-store';
import { chargesBySlot, consumeAcrossSlots } from '../../stores/redis/cluster-consume';
import type { Answer, Ask } from '../../stores/redis/wire';
import { FakeClock, quotaOf, SimulatedBucket } from '../../testing';
import { ResilientStore } from './resilient-store';

const SLOTS = 3;
/** Nobody is refused, so that whatever is used was let through. */
const quota = quotaOf({ algorithm: 'fixed-window', limit: 1_000_000, per: '1d' });

/** What becomes of what one slot is asked. */
const FATES = ['answered', 'unsent', 'lost', 'broken'] as const;
type Fate = (typeof FATES)[number];

interface Call {
  readonly costs: readonly number[];
  readonly slots: readonly boolean[];
  readonly fates: readonly Fate[];
  /** Of what gives the units of a failed call back. */
  readonly undoing: readonly Fate[];
}

const callOf = (fates: readonly Fate[], undoing: readonly Fate[]): fc.Arbitrary<Call> => {
  const each = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: SLOTS, maxLength: SLOTS });
  return fc.record({
    costs: each(fc.nat(5)),
    slots: each(fc.boolean()),
    fates: each(fc.constantFrom(...fates)),
    undoing: each(fc.constantFrom(...undoing)),
  });
};

/** A Cluster with one identity in each slot, and one instance that calls it. */
class World {
  readonly admitted = new Array<number>(SLOTS).fill(0);
  private readonly clock = new FakeClock();
  private readonly buckets = Array.from({ length: SLOTS }, () => new SimulatedBucket());
  private call: Pick<Call, 'fates' | 'undoing'> | undefined;

  async play(calls: readonly Call[]): Promise<void> {
    const { clock } = this;
    const local = new MemoryStore({ clock });
    const remote: RateLimitStore = {
      source: 'redis',
      consume: (charges) =>
        consumeAcrossSlots(
          chargesBySlot(charges, ({ identity }) => Number(identity)),
          this.decide,
        ),
      consumeUpTo: () => Promise.reject(new Error('not used here')),
      peek: () => [],
      refund: () => 0,
      reset: () => undefined,
    };
    const store = new ResilientStore({ remote, local, clock, deadlineMs: undefined, instances: () => 1 });
    const consume = async (costs: readonly number[], slots: readonly number[]) => {
      const charges = slots.map((slot) => ({ bucketId: 'a', identity: `${slot}`, quota, cost: costs[slot]! }));
      const verdicts = await store.consume(charges);
      slots.forEach((slot, i) => (this.admitted[slot]! += verdicts[i]!.granted));
    };
    for (const call of calls) {
      this.call = call;
      await consume(
        call.costs,
        call.slots.flatMap((isIn, slot) => (isIn ? [slot] : [])),
      );
    }
    this.call = undefined;
    // Tells what is owed still.
    for (let slot = 0; slot < SLOTS; slot++) await consume([0, 0, 0], [slot]);
    expect(store.debts).toBe(0);
    local.close();
  }

  used(slot: number): number {
    return quota.capacity - this.buckets[slot]!.peek(quota, 0, this.clock.nowTicks()).remaining;
  }

  private readonly decide = async (ask: Ask, slot: number): Promise<Answer> => {
    // What is given back comes after what was asked.
    await Promise.resolve();
    const fate = this.call?.[ask.kind === 'consume' ? 'fates' : 'undoing'][slot] ?? 'answered';
    if (fate === 'unsent') throw new StoreUnavailableError('not asked', false);
    if (fate === 'broken') throw new StoreUnavailableError('broken', true);
    const answer = this.carryOut(ask, this.buckets[slot]!);
    if (fate === 'lost') throw new StoreUnavailableError('the reply was lost', true);
    return answer;
  };

  private carryOut(ask: Ask, bucket: SimulatedBucket): Answer {
    const now = this.clock.nowTicks();
    const [charge] = ask.charges as readonly [Charge];
    const { owed = [], cost } = charge;
    if (ask.kind === 'refund') return bucket.refund(quota, ask.units, ask.mark, now);
    if (ask.kind === 'peek') return [bucket.peek(quota, cost, now)];
    bucket.state = chargeOwed(algorithmOf(quota), bucket.state, quota, owed, now);
    return [bucket.consume(quota, cost, now)] satisfies readonly Verdict[];
  }
}

const RUNS = { numRuns: 500, seed: Number(process.env.PROPERTY_SEED ?? 20_250_101) };

describe('a call with identities of several slots, some of which fail', () => {
  test.each([
    ['counts every unit once where what failed was never sent', ['answered', 'unsent'], ['answered'], true],
    ['counts no unit twice, whatever becomes of its parts', FATES, FATES, false],
  ] as const)('%s', async (_promise, fates, undoing, isExact) => {
    await fc.assert(
      fc.asyncProperty(fc.array(callOf(fates, undoing), { maxLength: 20, size: 'max' }), async (calls) => {
        const world = new World();
        await world.play(calls);
        for (let slot = 0; slot < SLOTS; slot++) {
          expect(world.used(slot)).toBeLessThanOrEqual(world.admitted[slot]!);
          if (isExact) expect(world.used(slot)).toBe(world.admitted[slot]);
        }
      }),
      RUNS,
    );
  });
});
