import { systemClock } from './clock';
import { TICKS_PER_MS, unixMsFromTicks } from './ticks';

const SECOND = 1_000 * TICKS_PER_MS;

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 1), doNotFake: ['nextTick', 'setImmediate'] });
});

afterEach(() => {
  jest.useRealTimers();
});

test('tells the wall clock’s time', () => {
  expect(unixMsFromTicks(systemClock().nowTicks())).toBe(Date.UTC(2026, 0, 1));
});

test('goes on with the time that passes', () => {
  const clock = systemClock();
  const start = clock.nowTicks();
  jest.advanceTimersByTime(90_000);
  expect(clock.nowTicks() - start).toBe(90 * SECOND);
});

describe('when the wall clock is set', () => {
  const monotonic = { ms: 5_000 };
  const wall = { ms: Date.UTC(2026, 0, 1) };

  function pass(ms: number): void {
    monotonic.ms += ms;
    wall.ms += ms;
  }

  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => monotonic.ms);
    jest.spyOn(Date, 'now').mockImplementation(() => wall.ms);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each([999, -999])('a small step of %d ms does not show', (step) => {
    const clock = systemClock();
    const start = clock.nowTicks();
    wall.ms += step;
    pass(60_000);
    expect(clock.nowTicks() - start).toBe(60 * SECOND);
  });

  test.each([3_600_000, -3_600_000, 1_001, -1_001])('a large step of %d ms is followed within a second', (step) => {
    const clock = systemClock();
    clock.nowTicks();
    wall.ms += step;
    pass(1_000);
    expect(unixMsFromTicks(clock.nowTicks())).toBe(wall.ms);
  });

  test('small steps that add up are followed too', () => {
    const clock = systemClock();
    for (let i = 0; i < 3; i += 1) {
      wall.ms += 400;
      pass(1_000);
      clock.nowTicks();
    }
    expect(unixMsFromTicks(clock.nowTicks())).toBe(wall.ms);
  });

  test('between two looks at the wall clock, time is finer than a millisecond', () => {
    const clock = systemClock();
    const start = clock.nowTicks();
    monotonic.ms += 0.5;
    expect(clock.nowTicks() - start).toBe(TICKS_PER_MS / 2);
  });
});
