import * as fc from 'fast-check';
import type { AlgorithmName, Quota, Verdict } from 'nest-floodgate/testing';
import { mustBe, mustBeAbove, mustBeAtLeast, mustBeAtMost, mustBeBelow } from './must-be';
import { type Call, Player, quotas, runs, schedule } from './schedule';

/** Plays schedules and looks at every call: what the bucket said before, and what came of it. */
function everyCall(name: AlgorithmName, check: (player: Player, call: Call, quota: Quota) => void) {
  return fc.property(quotas[name], schedule, (quota, calls) => {
    const player = new Player(quota);
    for (const call of calls) {
      player.wait(call);
      check(player, call, quota);
    }
  });
}

describe.each(['sliding-window', 'token-bucket', 'fixed-window'] as const)('%s', (name) => {
  test('waiting as told admits, one tick less does not', () => {
    fc.assert(
      everyCall(name, (player, call, quota) => {
        const peek = (cost: number, ticks: number) => player.bucket.peek(quota, cost, player.at + ticks);
        const { outcome, retryTicks, remaining, nextUnitTicks, resetTicks } = peek(call.cost, 0);
        if (outcome === 'denied') {
          mustBe(peek(call.cost, retryTicks - 1).outcome, 'denied');
          mustBe(peek(call.cost, retryTicks).outcome, 'allowed');
        }
        if (nextUnitTicks > 0) {
          mustBe(peek(0, nextUnitTicks - 1).remaining, remaining);
          mustBeAbove(peek(0, nextUnitTicks).remaining, remaining);
        }
        if (resetTicks > 0) mustBeBelow(peek(0, resetTicks - 1).remaining, quota.capacity);
        mustBe(peek(0, resetTicks).remaining, quota.capacity);
        if (call.op === 'refund') player.refund(call);
        else player.take(call);
      }),
      runs(0.6),
    );
  });

  test('verdict, remaining and charge agree', () => {
    fc.assert(
      everyCall(name, (player, call, quota) => {
        const before = player.bucket.peek(quota, call.cost, player.at);
        const state = structuredClone(player.bucket.state);
        if (call.op === 'refund') {
          player.refund(call);
          return;
        }
        const after = player.take(call);
        const room = call.op === 'consumeUpTo' ? Math.min(call.cost, before.remaining) : call.cost;
        mustBe(after.granted, room <= before.remaining && after.outcome === 'allowed' ? room : 0);
        mustBe(after.remaining, before.remaining - after.granted);
        mustBeAtLeast(after.remaining, 0);
        if (call.op === 'consume') mustBe(after.outcome, before.outcome);
        if (after.granted === 0) expect(player.bucket.state).toEqual(state);
        expectSound(before, call, quota);
        expectSound(after, call, quota);
      }),
      runs(0.6),
    );
  });

  test('a refund never exceeds what was taken, and no bucket holds more than its capacity', () => {
    fc.assert(
      everyCall(name, (player, call, quota) => {
        const before = player.bucket.peek(quota, 0, player.at).remaining;
        const returnedBefore = player.grants.reduce((sum, { returned }) => sum + returned, 0);
        if (call.op === 'refund') player.refund(call);
        else player.take(call);
        const returned = player.grants.reduce((sum, grant) => sum + grant.returned, 0) - returnedBefore;
        const { remaining } = player.bucket.peek(quota, 0, player.at);
        mustBeAtMost(remaining, Math.min(quota.capacity, before + Math.ceil(returned)));
        for (const { units, returned } of player.grants) mustBeAtMost(returned, units);
      }),
      runs(0.6),
    );
  });
});

function expectSound({ outcome, remaining, retryTicks }: Verdict, { cost }: Call, quota: Quota): void {
  if (outcome === 'impossible') mustBeAbove(cost, quota.capacity);
  if (outcome === 'impossible') mustBe(retryTicks, Infinity);
  if (outcome === 'denied') mustBeAbove(cost, remaining);
  if (outcome === 'denied') mustBeAbove(retryTicks, 0);
  if (outcome === 'allowed') mustBe(retryTicks, 0);
}
