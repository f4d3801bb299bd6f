import { FoldedDecision, type PolicyDecision } from '../core/decision';
import { PROBLEM_CONTENT_TYPE, problemOf } from './problem';
import { said } from './said.spec-support';

function denied(retryAfterMs: number, policy = 'search'): PolicyDecision {
  return said({ policy, outcome: 'denied', remaining: 0, retryAfterMs });
}

test('a denial', () => {
  expect(PROBLEM_CONTENT_TYPE).toBe('application/problem+json');
  expect(problemOf(new FoldedDecision([said(), denied(11_001), denied(500, 'burst')]))).toEqual({
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Too many requests',
    status: 429,
    detail: 'The limit of the policy "search" is reached. Try again in 12 seconds.',
    'violated-policies': ['search', 'burst'],
    retryAfter: 12,
  });
});

test.each([
  [1, '1 second'],
  [119_000, '119 seconds'],
  [120_000, '2 minutes'],
  [121_000, '3 minutes'],
  [7_200_000, '2 hours'],
  [86_400_000, '24 hours'],
  [10 * 86_400_000, '10 days'],
])('%d ms are %s', (retryAfterMs, time) => {
  expect(problemOf(new FoldedDecision([denied(retryAfterMs)])).detail).toContain(`Try again in ${time}.`);
});

test('a cost that never fits', () => {
  const impossible = said({ policy: 'search', outcome: 'impossible', limit: 20, cost: 25, retryAfterMs: Infinity });
  const problem = problemOf(new FoldedDecision([denied(1_000, 'burst'), impossible]));
  expect(problem).not.toHaveProperty('retryAfter');
  expect(problem).toMatchObject({
    status: 429,
    detail:
      'This request costs 25 units, but the policy "search" never admits more than 20 at once. Waiting will not help.',
    'violated-policies': ['burst', 'search'],
  });
});

test('a policy that is closed', () => {
  const closed = said({ policy: 'search', outcome: 'impossible', limit: 0, retryAfterMs: Infinity });
  expect(problemOf(new FoldedDecision([closed])).detail).toBe(
    'This request costs 1 unit, but the policy "search" admits nothing. Waiting will not help.',
  );
});
