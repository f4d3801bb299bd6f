import { compileQuota, type QuotaOptions } from './compile-quota';
import { Problems } from './problems';

const SECOND = 8_000_000;
const DAY = 86_400 * SECOND;

function compile(options: Partial<QuotaOptions> & { limit: number }) {
  const problems = new Problems();
  const quota = compileQuota('p', options as QuotaOptions, problems)?.(options.limit, problems);
  return { quota, told: problems.found.map(({ path, problem, remedy }) => `${path}: ${problem} ${remedy}`) };
}

test.each([
  [
    'a sliding window by default, of precision 10',
    { limit: 100, per: '1m' },
    { algorithm: 'sliding-window', capacity: 100, perTicks: 60 * SECOND, precision: 10, cellTicks: 6 * SECOND },
  ],
  [
    'a cell that does not divide the window is rounded up',
    { limit: 5, per: 1, precision: 3 },
    { algorithm: 'sliding-window', capacity: 5, perTicks: 8_000, precision: 3, cellTicks: 2_667 },
  ],
  ['precision as text', { limit: 5, per: '1s', precision: '10' }, { precision: 10, cellTicks: 800_000 }],
  ['precision at its least', { limit: 5, per: '1s', precision: 1 }, { precision: 1, cellTicks: SECOND }],
  ['precision at its most', { limit: 5, per: '1s', precision: 128 }, { precision: 128, cellTicks: 62_500 }],
  [
    'a token bucket as large as its limit',
    { limit: 20, per: '1s', algorithm: 'token-bucket' },
    { algorithm: 'token-bucket', limit: 20, capacity: 20, perTicks: SECOND, ticksPerUnit: 400_000 },
  ],
  [
    'a token bucket with a burst of its own, as text',
    { limit: 20, per: '1s', algorithm: 'token-bucket', burst: '60' },
    { limit: 20, capacity: 60, ticksPerUnit: 400_000 },
  ],
  [
    'the time of a unit is rounded up: never too many',
    { limit: 3, per: 1, algorithm: 'token-bucket' },
    { ticksPerUnit: 2_667 },
  ],
  [
    'a token bucket that admits nothing',
    { limit: 0, per: '1s', algorithm: 'token-bucket', burst: 5 },
    { limit: 0, capacity: 0, ticksPerUnit: SECOND },
  ],
  [
    'a fixed window of some length',
    { limit: 5, per: '1s', algorithm: 'fixed-window' },
    { algorithm: 'fixed-window', limit: 5, capacity: 5, perTicks: SECOND },
  ],
  [
    'a calendar window, in UTC by default',
    { limit: 5, per: 'month', algorithm: 'fixed-window' },
    { perTicks: 32 * DAY, calendar: { unit: 'month', timeZone: 'UTC' } },
  ],
  [
    'a calendar window of a time zone',
    { limit: 5, per: 'day', algorithm: 'fixed-window', timeZone: 'Europe/Berlin' },
    { perTicks: 2 * DAY, calendar: { unit: 'day', timeZone: 'Europe/Berlin' } },
  ],
  ['the shortest window', { limit: 5, per: 1 }, { perTicks: 8_000 }],
  ['the longest window', { limit: 5, per: '3660d' }, { perTicks: 3_660 * DAY }],
  ['the highest limit', { limit: 1_000_000_000, per: '1s' }, { capacity: 1_000_000_000 }],
])('%s', (_what, options, quota) => {
  const compiled = compile(options);
  expect(compiled.told).toEqual([]);
  expect(compiled.quota).toMatchObject(quota);
});

const writeDuration = 'Write milliseconds, or text such as "10s", "15m", "1h", "7d".';
const writeRange = 'Write at least 1 ms and at most 10 years.';
const writePrecision = 'Write a whole number from 1 to 128.';
const writeMinuteOrMonth =
  'Write "1m" for a minute, or "month" for a month of the calendar (with algorithm: "fixed-window").';
const writeBurst = 'Write a whole number from 1 to 1000000000.';

test.each<[options: Partial<QuotaOptions> & { limit?: number }, told: string]>([
  [{}, `p.per: is missing. ${writeDuration}`],
  [{ per: '5 parsecs' }, `p.per: is "5 parsecs", no duration. ${writeDuration}`],
  [{ per: '1M' }, `p.per: is "1M", a minute or a month. ${writeMinuteOrMonth}`],
  [{ per: ' 1.5 M ' }, `p.per: is " 1.5 M ", a minute or a month. ${writeMinuteOrMonth}`],
  [{ per: '' }, `p.per: is "", no duration. ${writeDuration}`],
  [{ per: 'year' }, `p.per: is "year", no duration. ${writeDuration}`],
  [{ per: -1 }, `p.per: is -1, no duration. ${writeDuration}`],
  [{ per: '-1s' }, `p.per: is "-1s", no duration. ${writeDuration}`],
  [{ per: NaN }, `p.per: is NaN, no duration. ${writeDuration}`],
  [{ per: Infinity }, `p.per: is Infinity, no duration. ${writeDuration}`],
  [{ per: null }, `p.per: is null, no duration. ${writeDuration}`],
  [{ per: 0 }, `p.per: is 0, out of range. ${writeRange}`],
  [{ per: '0s' }, `p.per: is "0s", out of range. ${writeRange}`],
  [{ per: 0.5 }, `p.per: is 0.5, out of range. ${writeRange}`],
  [{ per: '11y' }, `p.per: is "11y", out of range. ${writeRange}`],
  [
    { per: '1s', algorithm: 'leaky-bucket' },
    'p.algorithm: is "leaky-bucket". Write one of "sliding-window", "token-bucket", "fixed-window".',
  ],
  [{ per: '1s', precision: 0 }, `p.precision: is 0. ${writePrecision}`],
  [{ per: '1s', precision: 129 }, `p.precision: is 129. ${writePrecision}`],
  [{ per: '1s', precision: 1_000 }, `p.precision: is 1000. ${writePrecision}`],
  [{ per: '1s', precision: 2.5 }, `p.precision: is 2.5. ${writePrecision}`],
  [{ per: '1s', precision: 'high' }, `p.precision: is "high". ${writePrecision}`],
  [{ per: '1s', algorithm: 'token-bucket', burst: 0 }, `p.burst: is 0. ${writeBurst}`],
  [{ per: '1s', algorithm: 'token-bucket', burst: -5 }, `p.burst: is -5. ${writeBurst}`],
  [{ per: '1s', algorithm: 'token-bucket', burst: NaN }, `p.burst: is NaN. ${writeBurst}`],
  [{ per: '1s', algorithm: 'token-bucket', burst: 'abc' }, `p.burst: is "abc". ${writeBurst}`],
  [
    { per: '1s', burst: 5 },
    'p.burst: is 5, but the algorithm is "sliding-window". Leave it out, or write algorithm: "token-bucket".',
  ],
  [
    { per: '1s', algorithm: 'fixed-window', burst: 5 },
    'p.burst: is 5, but the algorithm is "fixed-window". Leave it out, or write algorithm: "token-bucket".',
  ],
  [
    { per: '1s', algorithm: 'token-bucket', precision: 5 },
    'p.precision: is 5, but the algorithm is "token-bucket". Leave it out, or write algorithm: "sliding-window".',
  ],
  [
    { per: '1s', timeZone: 'UTC' },
    'p.timeZone: is "UTC", but the algorithm is "sliding-window". Leave it out, or write algorithm: "fixed-window".',
  ],
  [
    { per: '1s', algorithm: 'fixed-window', timeZone: 'UTC' },
    'p.timeZone: is set, but windows of "1s" follow no calendar. Leave it out, or write per: "day", "week", "month".',
  ],
  [
    { per: 'day', algorithm: 'fixed-window', timeZone: 'Mars/Olympus' },
    'p.timeZone: is "Mars/Olympus", which is no time zone of this runtime. Write an IANA name such as "Europe/Berlin".',
  ],
  [
    { per: 'day', algorithm: 'fixed-window', timeZone: 2 },
    'p.timeZone: is 2, which is no time zone of this runtime. Write an IANA name such as "Europe/Berlin".',
  ],
  [
    { per: 'month' },
    'p.per: is "month", a calendar window, which "sliding-window" cannot count. Write algorithm: "fixed-window", or a length such as "1d".',
  ],
  [
    { per: 'week', algorithm: 'token-bucket' },
    'p.per: is "week", a calendar window, which "token-bucket" cannot count. Write algorithm: "fixed-window", or a length such as "1d".',
  ],
  [
    { limit: 1e6, per: 1, algorithm: 'token-bucket' },
    'p.limit: is 1000000 per 1: rounding to 1/8 µs would take more than 1 % of it. Write a lower limit, or the same rate over a longer window.',
  ],
  [
    { limit: 1, per: '1y', algorithm: 'token-bucket', burst: 11 },
    'p.burst: is 11: an empty bucket would need more than 10 years to fill. Write a smaller burst, or a higher rate.',
  ],
])('%p is refused', (options, told) => {
  expect(compile({ limit: 10, ...options }).told).toEqual([told]);
});
