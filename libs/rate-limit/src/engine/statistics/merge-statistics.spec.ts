import type { PolicyDecision } from '../../core/decision';
import type { InstanceStatistics } from './instance-statistics';
import { mergeStatistics, NO_STATISTICS } from './merge-statistics';
import { PolicyCounters } from './policy-counters';

const LISTED = 20;
const NOW_MS = 1_000;

const denial: PolicyDecision = {
  policy: 'login',
  outcome: 'denied',
  limit: 5,
  windowSeconds: 60,
  cost: 1,
  granted: 0,
  remaining: 0,
  retryAfterMs: 1_000,
  nextUnitAfterMs: 1_000,
  resetAfterMs: 2_000,
  source: 'redis',
};

/** What an instance says that refused these keys; the higher the key, the longer it waits. */
function refusing(keys: readonly number[]): InstanceStatistics {
  const login = new PolicyCounters('login', { limit: 5, windowSeconds: 60, shadow: false });
  for (const key of keys) {
    login.decidedFor(`ip:${String(key)}`, { ...denial, retryAfterMs: denial.retryAfterMs + key }, 1, NOW_MS);
  }
  return { ...NO_STATISTICS, policies: { login: login.snapshot(NOW_MS, LISTED) } };
}

const from = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
const merged = (...instances: (readonly number[])[]) =>
  mergeStatistics(instances.map(refusing)).policies['login']!.blocked;

test('a key that several instances refuse is counted once', () => {
  expect(merged(from(0, 3), from(1, 3), from(2, 3))).toMatchObject({ count: 5, atLeast: false });
});

test('keys of their own are added up, however many instances list them', () => {
  const instances = from(0, 5).map((i) => from(i * LISTED, LISTED));
  expect(merged(...instances)).toMatchObject({ count: 5 * LISTED, atLeast: false });
});

test('where instances list only some of theirs, it is told how many there are at least', () => {
  expect(merged(from(0, 60), from(0, 60), from(0, 60))).toMatchObject({ count: 60, atLeast: true });
  expect(merged(from(0, 60), from(60, 10))).toMatchObject({ count: 60, atLeast: true });
});

test('what one instance alone refuses is as many as it says', () => {
  expect(merged([], from(0, 60), [])).toMatchObject({ count: 60, atLeast: false });
});

test('those that wait longest are listed', () => {
  const { keys } = merged(from(0, LISTED), from(LISTED, LISTED), from(2 * LISTED, LISTED));
  const longest = from(3 * LISTED - 50, 50).reverse();
  expect(keys.map(({ key }) => key)).toEqual(longest.map((key) => `ip:${String(key)}`));
});
