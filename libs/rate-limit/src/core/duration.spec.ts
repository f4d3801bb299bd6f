import { parseDurationMs, secondsFromMs } from './duration';

test.each([
  [0, 0],
  [250, 250],
  [1.5, 1.5],
  ['250', 250],
  ['250ms', 250],
  [' 10s ', 10_000],
  ['1.5s', 1_500],
  ['15m', 900_000],
  ['10S', 10_000],
  ['10MS', 10],
  ['2 MINS', 120_000],
  ['1H', 3_600_000],
  ['1 hour', 3_600_000],
  ['7d', 604_800_000],
  ['2 weeks', 1_209_600_000],
  ['1y', 31_557_600_000],
])('%j is %d ms', (duration, ms) => {
  expect(parseDurationMs(duration)).toBe(ms);
});

test.each([
  '',
  '   ',
  'soon',
  '5 parsecs',
  '-1s',
  'Infinity',
  '10s10s',
  '1M',
  ' 5 M ',
  '.5M',
  'x'.repeat(101),
  -1,
  NaN,
  Infinity,
  undefined,
  null,
  true,
  {},
  ['10s'],
])('%j is no duration', (value) => {
  expect(parseDurationMs(value)).toBeUndefined();
});

test.each([
  [0, 0],
  [1, 1],
  [999, 1],
  [1_000, 1],
  [1_001, 2],
])('%d ms are %d seconds in a header: never too few', (ms, seconds) => {
  expect(secondsFromMs(ms)).toBe(seconds);
});
