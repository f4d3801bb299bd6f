import * as fc from 'fast-check';
import { TICKS_PER_MS, type FixedWindowQuota, quotaOf } from 'nest-floodgate/testing';
import { mustBe, mustBeAtMost } from './must-be';
import { admitted, fixedWindowQuota, Player, runs, schedule } from './schedule';

const quota = fixedWindowQuota as fc.Arbitrary<FixedWindowQuota>;
const EPOCH_MS = Date.UTC(2025, 0, 1);

test('no aligned window ever holds more than the limit', () => {
  fc.assert(
    fc.property(quota, schedule, (chosen, calls) => {
      const windowOf = (at: number) => Math.floor(at / chosen.perTicks);
      const player = new Player(chosen);
      for (const call of calls) {
        player.wait(call);
        if (call.op === 'refund') player.refund(call);
        else player.take(call);
        const held = admitted(player.grants, (grant) => windowOf(grant.at) === windowOf(player.at));
        mustBeAtMost(held, chosen.limit);
        mustBe(player.bucket.peek(chosen, 0, player.at).remaining, chosen.limit - held);
      }
    }),
    runs(),
  );
});

/** The calendar window of a tick by the runtime's own calendar, as text: `2026-03-29`, its Monday, or `2026-03`. */
function calendarWindow(unit: 'day' | 'week' | 'month', format: Intl.DateTimeFormat, at: number): string {
  const date = format.format(new Date(EPOCH_MS + Math.floor(at / TICKS_PER_MS)));
  if (unit === 'day') return date;
  if (unit === 'month') return date.slice(0, 7);
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}

const timeZone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Beirut', 'Africa/Cairo', 'America/Havana', 'Asia/Tokyo');
/** Around the changes of clocks and months of 2026, in hours since its beginning. */
const start = fc.oneof(
  fc.nat(365 * 24),
  fc.constantFrom(28, 59, 67, 87, 113, 303, 305).map((days) => days * 24 - 12),
);

test('no calendar window ever holds more than the limit', () => {
  fc.assert(
    fc.property(
      fc.record({
        unit: fc.constantFrom('day' as const, 'week' as const, 'month' as const),
        timeZone,
        limit: fc.nat(5),
      }),
      start,
      fc.array(fc.tuple(fc.oneof(fc.nat(180), fc.nat(3_000)), fc.nat(4)), { maxLength: 25, size: 'max' }),
      ({ unit, timeZone, limit }, startHours, calls) => {
        const chosen = quotaOf({ limit, per: unit, timeZone, algorithm: 'fixed-window' });
        const format = new Intl.DateTimeFormat('sv-SE', { timeZone });
        const used = new Map<string, number>();
        const player = new Player(chosen, (365 * 24 + startHours) * 3_600_000 * TICKS_PER_MS);
        for (const [minutes, cost] of calls) {
          player.real += minutes * 60_000 * TICKS_PER_MS;
          const window = calendarWindow(unit, format, player.at);
          const before = used.get(window) ?? 0;
          const { granted } = player.bucket.consumeUpTo(chosen, cost, player.at);
          mustBe(granted, Math.min(cost, limit - before));
          used.set(window, before + granted);
        }
      },
    ),
    runs(0.1),
  );
});
