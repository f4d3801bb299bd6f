import * as fc from 'fast-check';
import {
  type FixedWindowQuota,
  type Quota,
  SimulatedBucket,
  type SlidingWindowQuota,
  type TokenBucketQuota,
} from 'nest-floodgate/testing';
import { mustBeAtMost } from './must-be';
import {
  admitted,
  fixedWindowQuota,
  type Grant,
  partOf,
  Player,
  quotas,
  runs,
  slidingWindowQuota,
  steppingSchedule,
  tokenBucketQuota,
} from './schedule';

// The clock steps back, by a tick or by many windows. Every promise is judged in the time that really passed.
// A refund has to come before time alone would have given its units back. After a step the clock cannot tell that it
// comes later, and would give back what time already has.

test('sliding window: no real span of the window’s length holds more than the limit', () => {
  fc.assert(
    fc.property(slidingWindowQuota as fc.Arbitrary<SlidingWindowQuota>, steppingSchedule, (quota, calls) => {
      const player = new Player(quota);
      for (const call of calls) {
        player.wait(call);
        if (call.op === 'refund') player.refund(call, ({ real }) => player.real - real < quota.perTicks);
        else player.take(call);
        const held = admitted(player.grants, ({ real }) => real > player.real - quota.perTicks);
        mustBeAtMost(held, quota.limit);
        mustBeAtMost(((player.bucket.state ?? []) as number[]).length / 2, quota.precision + 1);
      }
    }),
    runs(),
  );
});

test('token bucket: between two real moments at most the burst and what came back', () => {
  fc.assert(
    fc.property(tokenBucketQuota as fc.Arbitrary<TokenBucketQuota>, steppingSchedule, (quota, calls) => {
      const { capacity, ticksPerUnit } = quota;
      const inTime = (grant: Grant, units: number) => player.real - grant.real < units * ticksPerUnit;
      const player = new Player(quota);
      for (const call of calls) {
        player.wait(call);
        if (call.op === 'refund') player.refund(call, inTime);
        else player.take(call);
        let sum = 0;
        for (const { real, units, returned } of player.grants.toReversed()) {
          sum += units * ticksPerUnit - Math.round(returned * ticksPerUnit);
          mustBeAtMost(sum, capacity * ticksPerUnit + player.real - real);
        }
      }
    }),
    runs(),
  );
});

test('fixed window: at most the limit in one visit to a window, and twice that in any real span of its length', () => {
  fc.assert(
    fc.property(fixedWindowQuota as fc.Arbitrary<FixedWindowQuota>, steppingSchedule, (quota, calls) => {
      const windowOf = (at: number) => Math.floor(at / quota.perTicks);
      const player = new Player(quota);
      let [window, visitedSince] = [windowOf(player.at), player.real];
      for (const call of calls) {
        player.wait(call);
        if (windowOf(player.at) !== window) [window, visitedSince] = [windowOf(player.at), player.real];
        if (call.op === 'refund') player.refund(call, ({ real }) => player.real - real < quota.perTicks);
        else player.take(call);
        const inSpan = admitted(player.grants, ({ real }) => real > player.real - quota.perTicks);
        const inVisit = admitted(player.grants, ({ real, at }) => real >= visitedSince && windowOf(at) === window);
        mustBeAtMost(inSpan, 2 * quota.limit);
        mustBeAtMost(inVisit, quota.limit);
      }
    }),
    runs(3),
  );
});

test('fixed window: a clock that wavers around a border admits the limit once on either side, however often', () => {
  const walk = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.nat(4)), { maxLength: 40, size: 'max' });
  fc.assert(
    fc.property(fixedWindowQuota as fc.Arbitrary<FixedWindowQuota>, walk, (quota, calls) => {
      const bucket = new SimulatedBucket();
      let fromBorder = 0;
      let total = 0;
      for (const [move, cost] of calls) {
        fromBorder = Math.max(-quota.perTicks, Math.min(fromBorder + move, quota.perTicks - 1));
        total += bucket.consumeUpTo(quota, cost, 100 * quota.perTicks + fromBorder).granted;
      }
      mustBeAtMost(total, 2 * quota.limit);
    }),
    runs(),
  );
});

test.each([
  ['sliding-window', 'two windows', (quota: Quota) => 2 * quota.perTicks],
  ['token-bucket', 'twice the time an empty bucket takes', (quota: Quota) => 2 * quota.capacity * partOf(quota)],
  ['fixed-window', 'two windows', (quota: Quota) => 2 * quota.perTicks],
] as const)('%s: whatever the clock did, nobody waits longer than %s', (name, _words, longest) => {
  fc.assert(
    fc.property(quotas[name], steppingSchedule, (quota, calls) => {
      const player = new Player(quota);
      for (const call of calls) {
        player.wait(call);
        mustBeAtMost(player.take(call).resetTicks, longest(quota));
      }
    }),
    runs(0.5),
  );
});
