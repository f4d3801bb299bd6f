import { Problems } from '../problems';
import { compileLease, type LeaseOption } from './lease-options';

const problemsOf = (option: unknown) => {
  const problems = new Problems();
  compileLease('policies.a.lease', option as LeaseOption, problems);
  return problems.found.map(({ path, problem, remedy }) => `${path} ${problem} ${remedy}`);
};

test('nothing is leased unless it is asked for', () => {
  expect(compileLease('lease', undefined, new Problems())).toBeUndefined();
  expect(compileLease('lease', false, new Problems())).toBeUndefined();
});

test('bounds may come as text, and have defaults', () => {
  expect(compileLease('lease', 'auto', new Problems())).toEqual({ maxMs: 250, maxCalls: 1_000_000 });
  expect(compileLease('lease', { maxMs: '100' }, new Problems())).toEqual({ maxMs: 100, maxCalls: 1_000_000 });
  expect(compileLease('lease', { maxCalls: 20 }, new Problems())).toEqual({ maxMs: 250, maxCalls: 20 });
});

test.each([
  [true, 'policies.a.lease is true. Write false, "auto", or bounds such as { maxMs: 100 }.'],
  [null, 'policies.a.lease is null. Write false, "auto", or bounds such as { maxMs: 100 }.'],
  [{ maxMs: 10 }, 'policies.a.lease.maxMs is 10. Write a whole number from 20 to 10000.'],
  [{ maxCalls: 0 }, 'policies.a.lease.maxCalls is 0. Write a whole number from 1 to 1000000.'],
  [{ maxms: 30 }, 'policies.a.lease.maxms is not an option. Did you mean "maxMs"?'],
])('%j is refused', (option, message) => {
  expect(problemsOf(option)).toEqual([message]);
});
