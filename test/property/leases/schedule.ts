import * as fc from 'fast-check';
import { type AlgorithmName, type Quota, quotaOf, TICKS_PER_MS } from 'nest-floodgate/testing';
import type { Charge } from '../../../libs/rate-limit/src/core/store';
import type { Incident } from './ledger';
import type { Passage, Weather } from './network';

export type Action =
  | { readonly kind: 'wait'; readonly ticks: number }
  /** As part of the life of a lease, or of a window. */
  | { readonly kind: 'waitFor'; readonly what: 'lease' | 'window'; readonly parts: number }
  | { readonly kind: 'refund'; readonly pick: number; readonly units: number }
  | { readonly kind: 'centre'; readonly what: Incident['kind']; readonly ms: number }
  | {
      readonly kind: 'calls';
      readonly instance: number;
      readonly plan: number;
      readonly calls: number;
      readonly gapTicks: number;
    }
  /** Every instance in turn. */
  | { readonly kind: 'allCall'; readonly calls: number; readonly gapTicks: number }
  | { readonly kind: 'weather'; readonly instance: number; readonly weather: Weather }
  | { readonly kind: 'crash' | 'close'; readonly instance: number; readonly pace: number }
  | { readonly kind: 'reset'; readonly instance: number }
  | { readonly kind: 'sleep'; readonly instance: number; readonly ticks: number }
  | { readonly kind: 'stepWall'; readonly instance: number; readonly ms: number };

export interface Schedule {
  /** How fast the monotonic clock of each instance goes. */
  readonly paces: readonly number[];
  /** What calls charge: several policies, and plans that share one. */
  readonly plans: readonly (readonly Charge[])[];
  readonly deadlineMs: number;
  /** Calls that are asked for in one lease, where the rate does not say. */
  readonly calls: number;
  readonly actions: readonly Action[];
}

const pace = fc.constantFrom(1, 1, 0.85, 1.2);
const instance = fc.nat(3);
const limit = fc.integer({ min: 20, max: 40 });
const quotas: Readonly<Record<AlgorithmName, fc.Arbitrary<Quota>>> = {
  'token-bucket': fc
    .record({ limit: fc.constantFrom(20, 60), per: fc.constantFrom(400, 400, 2_000), burst: fc.constantFrom(20, 40) })
    .map((options) => quotaOf({ ...options, algorithm: 'token-bucket' })),
  'sliding-window': fc
    .record({ limit, per: fc.constantFrom(400, 2_000, 5_000), precision: fc.constantFrom(1, 3, 10) })
    .map((options) => quotaOf({ ...options, algorithm: 'sliding-window' })),
  'fixed-window': fc
    .record({ limit, per: fc.constantFrom(100, 400, 1_000) })
    .map((options) => quotaOf({ ...options, algorithm: 'fixed-window' })),
};

/** Of one algorithm, each plan has one policy: what goes wrong with it is found sooner. */
const plansOf = (algorithm?: AlgorithmName): fc.Arbitrary<Schedule['plans']> =>
  fc
    .tuple(
      algorithm === undefined
        ? fc.array(fc.oneof(...Object.values(quotas)), { minLength: 1, maxLength: 3 })
        : quotas[algorithm].map((quota) => [quota]),
      fc.constantFrom(20, 100, 250, 250),
      fc.boolean(),
    )
    .map(([quotas, maxMs, isShared]) => {
      const lease = { maxMs, maxCalls: 1_000 };
      const whole = quotas.map((each, i): Charge => {
        return { bucketId: `p${i}`, identity: i === 0 ? 'ip:1' : 'user:1', quota: each, cost: 1, lease };
      });
      return isShared ? [whole, [{ ...(whole[0] as Charge) }]] : [whole];
    });

const ms = (least: number, most: number): fc.Arbitrary<number> =>
  fc.oneof(fc.constant(least), fc.integer({ min: least, max: most }));
const ticks = (most: number): fc.Arbitrary<number> =>
  fc.tuple(ms(0, most), fc.integer({ min: 0, max: 2 })).map(([whole, more]) => whole * TICKS_PER_MS + more);

const passage: fc.Arbitrary<Passage> = fc.oneof(
  { arbitrary: ms(0, 10), weight: 4 },
  { arbitrary: ms(10, 300), weight: 2 },
  { arbitrary: ms(300, 2_000), weight: 1 },
  { arbitrary: fc.constant('lost' as const), weight: 1 },
);
const passages = fc.array(passage, { minLength: 1, maxLength: 3 });

const calls = fc.record({
  kind: fc.constant('calls' as const),
  instance,
  plan: fc.nat(1),
  calls: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 40)),
  gapTicks: fc.oneof({ arbitrary: fc.constant(0), weight: 1 }, { arbitrary: ticks(3), weight: 3 }),
});
const usual: readonly fc.WeightedArbitrary<Action>[] = [
  { arbitrary: calls, weight: 6 },
  {
    arbitrary: fc.record({
      kind: fc.constant('allCall' as const),
      calls: fc.constantFrom(1, 1, 15, 40),
      gapTicks: fc.constantFrom(0, 1_000),
    }),
    weight: 6,
  },
  { arbitrary: fc.record({ kind: fc.constant('wait' as const), ticks: ticks(1_500) }), weight: 2 },
  // Around the moments that matter: when calls of a lease may no longer be made, and when it is over.
  {
    arbitrary: fc.record({
      kind: fc.constant('waitFor' as const),
      what: fc.constantFrom('lease' as const, 'lease' as const, 'window' as const),
      parts: fc.constantFrom(0.7, 0.78, 0.85, 0.9, 0.97, 1.01),
    }),
    weight: 6,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('weather' as const),
      instance,
      weather: fc.record({ requests: passages, replies: passages }),
    }),
    weight: 4,
  },
  { arbitrary: fc.record({ kind: fc.constantFrom('crash' as const, 'close' as const), instance, pace }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant('sleep' as const), instance, ticks: ticks(600) }), weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constant('stepWall' as const),
      instance,
      ms: fc.constantFrom(-3_600_000, -100, 50, 3_600_000),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('refund' as const),
      pick: fc.nat(20),
      units: fc.integer({ min: 1, max: 2 }),
    }),
    weight: 1,
  },
];
const reset: fc.Arbitrary<Action> = fc.record({ kind: fc.constant('reset' as const), instance });
const centre = (what: Incident['kind']): fc.Arbitrary<Action> =>
  fc.record({ kind: fc.constant('centre' as const), what: fc.constant(what), ms: ms(1, 3_000) });

/** What may happen beside the usual: nothing more, a reset, or what the published bound is about. */
export type Trouble = 'none' | 'reset' | Incident['kind'];

export function schedules(trouble: Trouble, algorithm?: AlgorithmName): fc.Arbitrary<Schedule> {
  const more = trouble === 'none' ? [] : [{ arbitrary: trouble === 'reset' ? reset : centre(trouble), weight: 1 }];
  return fc.record({
    paces: fc.array(pace, { minLength: 1, maxLength: 4 }),
    plans: plansOf(algorithm),
    deadlineMs: fc.constantFrom(100, 100, 1_000),
    calls: fc.constantFrom(2, 10, 20, 40),
    actions: fc.array(fc.oneof(...usual, ...more), { minLength: 5, maxLength: 40, size: 'max' }),
  });
}
