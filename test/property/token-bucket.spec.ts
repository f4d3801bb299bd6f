import * as fc from 'fast-check';
import type { TokenBucketQuota } from 'nest-floodgate/testing';
import { mustBe, mustBeAtMost } from './must-be';
import { type Call, type Grant, Player, runs, schedule, tokenBucketQuota } from './schedule';

const quota = tokenBucketQuota as fc.Arbitrary<TokenBucketQuota>;

/** What a grant took from the bucket, in ticks, without what was given back. */
const ticksOf = ({ units, returned }: Grant, { ticksPerUnit }: TokenBucketQuota) =>
  units * ticksPerUnit - Math.round(returned * ticksPerUnit);

/** The most that any span ending with the newest grant holds beyond what passed in it; at most the burst, in ticks. */
function fullestSpan(grants: readonly Grant[], quota: TokenBucketQuota): number {
  const newest = grants.at(-1)?.at ?? 0;
  let sum = 0;
  let most = 0;
  for (const grant of grants.toReversed()) {
    sum += ticksOf(grant, quota);
    most = Math.max(most, sum - (newest - grant.at));
  }
  return most;
}

function play(chosen: TokenBucketQuota, calls: readonly Call[], check: (player: Player) => void): void {
  const player = new Player(chosen);
  for (const call of calls) {
    player.wait(call);
    if (call.op === 'refund') player.refund(call);
    else player.take(call);
    check(player);
  }
}

test('between any two admissions at most the burst and what came back in between', () => {
  fc.assert(
    fc.property(quota, schedule, (chosen, calls) => {
      const burst = chosen.capacity * chosen.ticksPerUnit;
      play(chosen, calls, ({ grants }) => {
        mustBeAtMost(fullestSpan(grants, chosen), burst);
      });
    }),
    runs(),
  );
});

test('a bucket never idle admits its rate: nothing is lost between calls', () => {
  fc.assert(
    fc.property(quota, schedule, (chosen, calls) => {
      fc.pre(chosen.limit > 0);
      // The level of a real bucket, in ticks: it fills with time up to the burst and is drained by grants.
      const burst = chosen.capacity * chosen.ticksPerUnit;
      const player = new Player(chosen);
      let level = burst;
      for (const call of calls) {
        const before = player.real;
        player.wait(call);
        level = Math.min(burst, level + player.real - before);
        level -= player.take(call).granted * chosen.ticksPerUnit;
        const { remaining } = player.bucket.peek(chosen, 0, player.at);
        mustBe(remaining, Math.floor(level / chosen.ticksPerUnit));
      }
    }),
    runs(),
  );
});
