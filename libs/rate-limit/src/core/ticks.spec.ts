import { msFromTicks, TICK_EPOCH_MS, TICKS_PER_MS, ticksFromMs, ticksFromUnixMs, unixMsFromTicks } from './ticks';

test('ticks count eighths of a microsecond since 2025', () => {
  expect(ticksFromUnixMs(Date.UTC(2025, 0, 1))).toBe(0);
  expect(ticksFromUnixMs(Date.UTC(2025, 0, 1) + 1)).toBe(8_000);
  expect(ticksFromUnixMs(Date.UTC(2024, 11, 31, 23, 59, 59, 999))).toBe(-8_000);
});

test('they stay exact whole numbers until 2060', () => {
  expect(ticksFromUnixMs(Date.UTC(2060, 0, 1))).toBeLessThan(Number.MAX_SAFE_INTEGER);
});

test('an instant is rounded down', () => {
  expect(ticksFromUnixMs(TICK_EPOCH_MS + 0.75)).toBe(6_000);
  expect(ticksFromUnixMs(TICK_EPOCH_MS - 0.25)).toBe(-2_000);
});

test('an instant survives the way there and back', () => {
  const unixMs = Date.UTC(2026, 5, 15, 12, 30, 0, 125);
  expect(unixMsFromTicks(ticksFromUnixMs(unixMs))).toBe(unixMs);
});

test.each([
  [0, 0],
  [1, 8_000],
  [0.5, 4_000],
  [0.0001, 1],
  [1.00001, 8_001],
])('a length of %d ms is %d ticks: never shorter', (ms, ticks) => {
  expect(ticksFromMs(ms)).toBe(ticks);
});

test.each([
  [0, 0],
  [1, 1],
  [TICKS_PER_MS, 1],
  [TICKS_PER_MS + 1, 2],
  [Infinity, Infinity],
])('a wait of %d ticks is %d ms: never too short', (ticks, ms) => {
  expect(msFromTicks(ticks)).toBe(ms);
});
