import { FakeClock, TICKS_PER_MS } from '.';

test('stands still until it is told to move', () => {
  const clock = new FakeClock();
  const start = clock.nowTicks();
  expect(clock.nowTicks()).toBe(start);
  clock.advance(1_500);
  expect(clock.nowTicks() - start).toBe(1_500 * TICKS_PER_MS);
  clock.advanceTicks(1);
  expect(clock.nowTicks() - start).toBe(1_500 * TICKS_PER_MS + 1);
});

test('may begin at any time, be set, and step back', () => {
  const clock = new FakeClock('2025-01-01T00:00:01Z');
  expect(clock.nowTicks()).toBe(1_000 * TICKS_PER_MS);
  clock.advance(-250);
  expect(clock.nowTicks()).toBe(750 * TICKS_PER_MS);
  clock.set(new Date('2025-01-01T00:00:02Z'));
  expect(clock.nowTicks()).toBe(2_000 * TICKS_PER_MS);
  clock.set(7);
  expect(clock.nowTicks()).toBe(7);
});
