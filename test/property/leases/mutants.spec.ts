import * as fc from 'fast-check';
import { type AlgorithmName, algorithmOf, type Quota } from 'nest-floodgate/testing';
import type { Leasing } from '../../../libs/rate-limit/src/core/lease/leasing';
import { type AnyLeasing, leasingOf } from '../../../libs/rate-limit/src/core/lease/leasings';
import { leaseRules } from '../../../libs/rate-limit/src/engine/lease/lease-rules';
import { schedules } from './schedule';
import { type Mutation, World } from './world';

/** A rule that the search does not miss is not needed, or the search does not see it. */
const SEED = 1;
const MOST_SCHEDULES = 2_000;

const without =
  (algorithm: Quota['algorithm'], change: (whole: AnyLeasing) => Partial<Leasing<never, never, never>>) =>
  (quota: Quota): AnyLeasing => {
    const whole = leasingOf(quota);
    return quota.algorithm === algorithm ? { ...whole, ...change(whole) } : whole;
  };

interface Bucket {
  readonly tat: number;
  readonly out: number;
  readonly outEnd: number;
}

const mutants: readonly (readonly [rule: string, algorithm: AlgorithmName, mutation: Mutation])[] = [
  [
    '1: what is out does not refill',
    'token-bucket',
    { leasingOf: without('token-bucket', () => ({ settle: (kept) => kept })) },
  ],
  [
    '2: every lease counts as out',
    'token-bucket',
    {
      leasingOf: without('token-bucket', ({ grant }) => ({
        grant: ((kept: Bucket | number | undefined, ...rest: [never, number, number, number]) => {
          const after = grant(kept, ...rest) as unknown as Bucket;
          return typeof kept === 'object' ? { ...after, out: kept.out } : after;
        }) as never,
      })),
    },
  ],
  [
    '3: the end counts from the request',
    'token-bucket',
    { rules: { endMs: (_sentMs, receivedMs, lifeMs) => receivedMs + lifeMs } },
  ],
  ['3: the end is looked at on each call', 'token-bucket', { rules: { isOver: () => false } }],
  ['3: nothing is left when the return is sent', 'token-bucket', { rules: { leftAfterReturn: (left) => left } }],
  ['4: a return goes once', 'token-bucket', { repeatsReturns: true }],
  [
    '5: a lease of a fixed window dies with the window',
    'fixed-window',
    { leasingOf: without('fixed-window', () => ({ longestLife: () => Infinity })) },
  ],
  [
    '5: a lease of a sliding window counts from its end',
    'sliding-window',
    {
      leasingOf: without('sliding-window', () => ({
        grant: ((kept: never, quota: Quota, units: number, _endTick: number, now: number) =>
          algorithmOf(quota).charge(kept, quota, units, now)) as never,
      })),
    },
  ],
];

test.each(mutants)(
  'the search finds an excess without rule %s',
  async (_rule, algorithm, mutation) => {
    const trouble = mutation.rules?.leftAfterReturn === undefined ? 'none' : 'reset';
    const found = await fc.check(
      fc.asyncProperty(schedules(trouble, algorithm), async (schedule) => {
        return (await new World(schedule, mutation).play()) <= 0;
      }),
      { seed: SEED, numRuns: MOST_SCHEDULES, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  },
  120_000,
);

// Leases that are too large admit nothing that they should not: they keep it from others.
describe('rule 6, by what a lease takes from others', () => {
  const { share, firstCalls } = leaseRules;
  const isModest = async (mutation: Mutation): Promise<boolean> => {
    const found = await fc.check(
      fc.asyncProperty(schedules('none'), async (schedule) => {
        const world = new World(schedule, mutation);
        await world.play();
        return world.greed === 0;
      }),
      { seed: SEED, numRuns: 200, endOnFailure: true },
    );
    return !found.failed;
  };

  test('with it no lease takes more than its part, or more than one call after a timeout', async () => {
    expect(await isModest({ rules: { share, firstCalls } })).toBe(true);
  });

  test.each([
    ['a part of what is left', { rules: { firstCalls } }],
    ['one call after a timeout', { rules: { share } }],
  ])('the search finds greed without %s', async (_rule, mutation) => {
    expect(await isModest(mutation)).toBe(false);
  });
});
