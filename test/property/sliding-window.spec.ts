import * as fc from 'fast-check';
import type { BucketState, SlidingWindowQuota } from 'nest-floodgate/testing';
import { mustBe, mustBeAtMost, mustBeBelow } from './must-be';
import { admitted, type Call, type Grant, Player, runs, schedule, slidingWindowQuota } from './schedule';

const quota = slidingWindowQuota as fc.Arbitrary<SlidingWindowQuota>;

/** Units of the true log: everything admitted within the window that ends at a time. */
function within({ grants, at }: Pick<Player, 'grants' | 'at'>, perTicks: number): number {
  return admitted(grants, (grant) => grant.at > at - perTicks);
}

function pairs(state: BucketState | undefined): number {
  return ((state as readonly number[] | undefined) ?? []).length / 2;
}

function playing(check: (player: Player, call: Call, quota: SlidingWindowQuota) => void) {
  return fc.property(quota, schedule, (chosen, calls) => {
    const player = new Player(chosen);
    for (const call of calls) {
      player.wait(call);
      check(player, call, chosen);
      if (call.op === 'refund') player.refund(call);
      else player.take(call);
    }
  });
}

test('no span of the window’s length ever holds more than the limit', () => {
  fc.assert(
    fc.property(quota, schedule, (chosen, calls) => {
      const player = new Player(chosen);
      for (const call of calls) {
        player.wait(call);
        if (call.op === 'refund') player.refund(call);
        else player.take(call);
        mustBeAtMost(within(player, chosen.perTicks), chosen.limit);
      }
    }),
    runs(),
  );
});

test('no unit comes back early, and none later than a cell', () => {
  fc.assert(
    playing(({ bucket, grants, quota, at: now }, _call, { limit, perTicks, precision, cellTicks }) => {
      mustBeBelow(cellTicks - 1, perTicks / precision);
      const held = (at: number) => limit - bucket.peek(quota, 0, at).remaining;
      const due = grants.slice(-precision - 10).map((grant) => grant.at + perTicks);
      for (const at of [now, ...due.flatMap((end) => [end - 1, end, end + cellTicks - 1])]) {
        if (at < now) continue;
        const truth = {
          least: within({ grants, at }, perTicks),
          most: within({ grants, at }, perTicks + cellTicks - 1),
        };
        if (held(at) < truth.least || held(at) > truth.most) expect({ at, held: held(at) }).toBe(truth);
      }
    }),
    runs(),
  );
});

test('the log is exact while no window holds more instants than it keeps', () => {
  const instants = (grants: readonly Grant[], from: number) =>
    new Set(grants.filter((grant) => grant.at > from).map((grant) => grant.at)).size;
  let compared = 0;
  fc.assert(
    fc.property(quota, schedule, (chosen, calls) => {
      const player = new Player(chosen);
      for (const call of calls) {
        player.wait(call);
        const remaining = chosen.limit - within(player, chosen.perTicks);
        mustBe(player.bucket.peek(chosen, 0, player.at).remaining, remaining);
        compared += 1;
        if (call.op === 'refund') player.refund(call);
        else player.take(call);
        if (instants(player.grants, player.at - chosen.perTicks) > chosen.precision) return;
      }
    }),
    runs(),
  );
  expect(compared).toBeGreaterThan(1_000);
});

test('the state never has more than precision + 1 pairs', () => {
  fc.assert(
    playing(({ bucket }, _call, { precision }) => {
      mustBeAtMost(pairs(bucket.state), precision + 1);
    }),
    runs(),
  );
});

test('changing limits: no charge is made beyond the limit that is in force', () => {
  fc.assert(
    fc.property(quota, fc.array(fc.nat(10), { minLength: 1 }), schedule, (chosen, limits, calls) => {
      const player = new Player(chosen);
      calls.forEach((call, i) => {
        const limit = limits[i % limits.length]!;
        player.quota = { ...chosen, limit, capacity: limit };
        player.wait(call);
        if (player.take(call).granted > 0) mustBeAtMost(within(player, chosen.perTicks), limit);
      });
    }),
    runs(0.5),
  );
});
