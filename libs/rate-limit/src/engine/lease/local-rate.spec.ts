import { LocalRate } from './local-rate';

/** Calls, so many of them, as far apart, the first of them so long after `fromMs`. */
function call(rate: LocalRate, calls: number, apartMs: number, fromMs = 0): number {
  for (let i = 1; i <= calls; i++) rate.note(fromMs + i * apartMs);
  return fromMs + calls * apartMs;
}

it('is not known before fifty milliseconds have passed', () => {
  const rate = new LocalRate(0);
  expect(rate.callsPerMs(call(rate, 49, 1))).toBe(0);
  expect(rate.callsPerMs(call(rate, 1, 1, 49))).toBe(1);
});

it('is not known of a few calls before two hundred have passed', () => {
  const rate = new LocalRate(0);
  expect(rate.callsPerMs(call(rate, 7, 28))).toBe(0);
  expect(rate.callsPerMs(call(rate, 1, 4, 196))).toBe(8 / 200);
});

it('follows a new rate, half way with each sample', () => {
  const rate = new LocalRate(0);
  const changedMs = call(rate, 100, 1);
  expect(rate.callsPerMs(call(rate, 200, 0.25, changedMs))).toBe(2.5);
  expect(rate.callsPerMs(call(rate, 200, 0.25, changedMs + 50))).toBe(3.25);
});

it('falls when calls cease, though nobody notes any', () => {
  const rate = new LocalRate(0);
  const ceasedMs = call(rate, 100, 1);
  expect(rate.callsPerMs(ceasedMs + 199)).toBe(1);
  expect(rate.callsPerMs(ceasedMs + 200)).toBe(0.5);
  expect(rate.calledMs).toBe(ceasedMs);
});
