import { ReadOnlyGuard } from './read-only-guard';

const readOnly = new Error("READONLY You can't write against a read only replica. script: 5e");
let nowMs: number;
let guard: ReadOnlyGuard;

beforeEach(() => {
  nowMs = 0;
  guard = new ReadOnlyGuard(() => nowMs);
});

it.each([
  [readOnly.message, true],
  [
    "ERR Error running script (call to f_5e): @user_script:1: -READONLY You can't write against a read only replica.",
    true,
  ],
  ['MASTERDOWN Link with MASTER is down', true],
  ['OOM command not allowed', false],
  ['NOSCRIPT No matching script', false],
])('%s: %s', (message, reconnects) => {
  expect(guard.shouldReconnect(new Error(message))).toBe(reconnects);
});

it('reconnects ever more seldom where it does not help, and soon again once it has', () => {
  let count = 0;
  for (; nowMs < 120_000; nowMs += 10) if (guard.shouldReconnect(readOnly)) count++;
  expect(count).toBeLessThan(10);
  nowMs += 120_000;
  expect(guard.shouldReconnect(readOnly)).toBe(true);
  nowMs += 1_000;
  expect(guard.shouldReconnect(readOnly)).toBe(true);
});
