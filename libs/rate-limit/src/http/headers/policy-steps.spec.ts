import type { PolicyDecision } from '../../core/decision';
import { PolicySteps } from './policy-steps';

function policy(name: string, limit = 1, windowSeconds: number | undefined = 60): PolicyDecision {
  return { policy: name, limit, windowSeconds } as PolicyDecision;
}

function counting() {
  const extend = jest.fn((before: string, { policy, limit, windowSeconds }: PolicyDecision) => {
    return `${before}/${policy} ${limit} ${String(windowSeconds)}`;
  });
  const steps = new PolicySteps('', extend);
  const textOf = (...policies: PolicyDecision[]) =>
    policies.reduce((step, next) => steps.follow(step, next), steps.start()).text;
  return { extend, textOf };
}

test('a list is extended once, however often it is asked for', () => {
  const { extend, textOf } = counting();
  for (let i = 0; i < 3; i++) expect(textOf(policy('a'), policy('b'))).toBe('/a 1 60/b 1 60');
  expect(extend).toHaveBeenCalledTimes(2);
});

test('lists that begin alike share the beginning', () => {
  const { extend, textOf } = counting();
  expect([textOf(policy('a'), policy('b')), textOf(policy('a'), policy('c')), textOf(policy('b'))]).toEqual([
    '/a 1 60/b 1 60',
    '/a 1 60/c 1 60',
    '/b 1 60',
  ]);
  expect(extend).toHaveBeenCalledTimes(4);
});

test('one name may come with several limits and windows', () => {
  const { extend, textOf } = counting();
  for (let i = 0; i < 2; i++) {
    expect([textOf(policy('a', 1)), textOf(policy('a', 2)), textOf(policy('a', 1, 3_600))]).toEqual([
      '/a 1 60',
      '/a 2 60',
      '/a 1 3600',
    ]);
  }
  expect(extend).toHaveBeenCalledTimes(3);
});

test('endless lists do not stay in memory', () => {
  const { extend, textOf } = counting();
  for (let limit = 0; limit < 5_000; limit++) expect(textOf(policy('a', limit))).toBe(`/a ${limit} 60`);
  expect(extend).toHaveBeenCalledTimes(5_000);
  textOf(policy('a', 0));
  expect(extend).toHaveBeenCalledTimes(5_001);
  textOf(policy('a', 4_999));
  expect(extend).toHaveBeenCalledTimes(5_001);
});
