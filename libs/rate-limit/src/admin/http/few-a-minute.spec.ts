import { FewAMinute } from './few-a-minute';

test('so many events of a minute are written down, the last of them as such, and as many of the next', () => {
  let nowMs = 0;
  const few = new FewAMinute(2, () => nowMs);
  expect([few.next(), few.next(), few.next(), few.next()]).toEqual(['told', 'last', 'left-out', 'left-out']);
  nowMs = 59_999;
  expect(few.next()).toBe('left-out');
  nowMs = 60_000;
  expect([few.next(), few.next(), few.next()]).toEqual(['told', 'last', 'left-out']);
});
