import { mergeStatistics } from '../engine/statistics/merge-statistics';
import { noOutcomes } from '../engine/statistics/outcome-counts';
import { secondsOfMinutes, TrafficSamples } from './traffic-samples';

const START_MS = 1_800_000_000_000;
const counted = (allowed: number, complete = true) => ({
  total: { ...mergeStatistics([]), requests: { ...noOutcomes(), allowed } },
  complete,
});

let samples: TrafficSamples;
const look = (atSecond: number, allowed: number, complete?: boolean): void => {
  jest.setSystemTime(START_MS + atSecond * 1_000);
  samples.take(counted(allowed, complete));
};
const seconds = () =>
  samples.seconds(undefined).map(({ atMs, allowed }) => [(atMs - START_MS) / 1_000, allowed] as const);

beforeEach(() => {
  jest.useFakeTimers();
  samples = new TrafficSamples();
});
afterEach(() => {
  jest.useRealTimers();
});

test('a look each second tells exactly what was counted in it', () => {
  [0, 7, 7, 30].forEach((allowed, second) => {
    look(second, allowed);
  });
  expect(seconds()).toEqual([
    [1, 7],
    [2, 0],
    [3, 23],
  ]);
  expect(samples.rate(undefined).allowed).toBe(10);
});

test('what policies in shadow would have denied is counted for all', () => {
  look(0, 0);
  const policies = { read: { ...noOutcomes(), shadowDenied: 4 }, chat: { ...noOutcomes(), shadowDenied: 3 } };
  jest.setSystemTime(START_MS + 1_000);
  const { total } = samples.take({ total: { ...mergeStatistics([]), policies } as never, complete: true });
  expect(total.shadowDenied).toBe(7);
  expect(samples.rate(undefined).shadowDenied).toBe(7);
});

test('where nobody looked, every second has its share, and no spike is drawn', () => {
  look(0, 0);
  look(4, 40);
  expect(seconds()).toEqual([
    [1, 10],
    [2, 10],
    [3, 10],
    [4, 10],
  ]);
});

test('the counts of one instance and those of all are never compared', () => {
  look(0, 1_000);
  look(1, 1_010);
  look(2, 500, false);
  look(3, 503, false);
  expect(samples.rate(undefined).allowed).toBe(3);
  look(4, 1_040);
  expect(seconds()).toEqual([
    [1, 10],
    [3, 3],
  ]);
  expect(samples.rate(undefined).allowed).toBe(0);
});

test('what was counted while nobody looked is no rate of now', () => {
  look(0, 0);
  look(60, 600);
  expect(samples.rate(undefined).allowed).toBe(0);
  look(61, 603);
  expect(samples.rate(undefined).allowed).toBe(3);
});

test('nor is what was counted when somebody last looked', () => {
  look(0, 0);
  look(1, 10);
  jest.setSystemTime(START_MS + 30_000);
  expect(samples.rate(undefined).allowed).toBe(0);
});

test('only the last five minutes are told, however rarely somebody looks', () => {
  look(0, 0);
  look(2, 100);
  look(200, 100);
  look(400, 300);
  expect(seconds().filter(([at]) => at <= 200)).toEqual([]);
  expect(seconds().at(-1)).toEqual([400, 1]);
  expect(samples.sinceMs).toBe(START_MS + 200_000);
  jest.setSystemTime(START_MS + 800_000);
  expect([seconds(), samples.sinceMs]).toEqual([[], undefined]);
});

test('a look each second tells each of the last five minutes', () => {
  for (let second = 0; second <= 700; second++) look(second, second);
  expect(seconds()).toHaveLength(300);
  expect(samples.rate('nobody').allowed).toBe(0);
  expect(samples.rate(undefined).allowed).toBe(1);
});

test('before the first look a second has its share of what is kept of its minute', () => {
  jest.setSystemTime(START_MS + 90_000);
  const minutes = [60, 30].map((allowed, minute) => ({
    ...{ atMs: START_MS + minute * 60_000, allowed },
    ...{ denied: 0, shadowDenied: 0, bypassed: 0, errors: 0 },
  }));
  const found = secondsOfMinutes(minutes, START_MS + 58_000, START_MS + 62_000);
  expect(found.map(({ atMs, allowed }) => [(atMs - START_MS) / 1_000, allowed])).toEqual([
    [58, 1],
    [59, 1],
    [60, 1],
    [61, 1],
  ]);
});
