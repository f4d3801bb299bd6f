import { FoldedDecision, type PolicyDecision } from './decision';

const said = (policy: string, changes: Partial<PolicyDecision> = {}): PolicyDecision => ({
  policy,
  outcome: 'allowed',
  limit: 10,
  windowSeconds: 60,
  cost: 1,
  granted: 1,
  remaining: 5,
  retryAfterMs: 0,
  nextUnitAfterMs: 100,
  resetAfterMs: 1_000,
  source: 'memory',
  ...changes,
});
const denied = (policy: string, retryAfterMs: number, changes: Partial<PolicyDecision> = {}) =>
  said(policy, { outcome: 'denied', granted: 0, remaining: 0, retryAfterMs, ...changes });
const impossible = (policy: string) => said(policy, { outcome: 'impossible', granted: 0, retryAfterMs: Infinity });

const cases: [what: string, policies: PolicyDecision[], policy: string, allowed: boolean][] = [
  ['one policy speaks for itself', [said('a')], 'a', true],
  ['of those with room, the one with least left', [said('a'), said('b', { remaining: 2 }), said('c')], 'b', true],
  ['of equals, the first', [said('a'), said('b')], 'a', true],
  ['the one that refused', [said('a', { remaining: 0 }), denied('b', 10, { remaining: 3 })], 'b', false],
  ['of those that refused, the one with the longest wait', [denied('a', 10), denied('b', 20), said('c')], 'b', false],
  ['of equal waits, the first', [denied('a', 10, { remaining: 3 }), denied('b', 10)], 'a', false],
  ['impossible is more than any wait', [denied('a', 1e12), impossible('b'), denied('c', 5)], 'b', false],
  ['a ban is told with what it refused', [denied('a', 10, { banId: 'ban:1' })], 'a', false],
  ['a refusal without a wait is still one', [said('a', { remaining: 0 }), denied('b', 0), said('c')], 'b', false],
];

test.each(cases)('%s', (_what, policies, policy, allowed) => {
  const decision = new FoldedDecision(policies);
  const strictest = policies.find((one) => one.policy === policy);
  expect(decision).toEqual({ ...strictest, allowed, policies });
});

test('policies stay in the order in which they were asked', () => {
  const policies = [said('c'), denied('a', 10), said('b')];
  expect(new FoldedDecision(policies).policies.map(({ policy }) => policy)).toEqual(['c', 'a', 'b']);
});
