import { parseWholeNumber, Problems } from './problems';

test.each<[value: unknown, parsed: number]>([
  [0, 0],
  [100, 100],
  ['100', 100],
  [' 7 ', 7],
  ['007', 7],
])('%j is the whole number %d', (value, parsed) => {
  expect(parseWholeNumber(value, 0, 1_000)).toBe(parsed);
});

test.each([
  -1,
  1_001,
  1.5,
  NaN,
  Infinity,
  '',
  ' ',
  '1.5',
  '-1',
  '+1',
  '1e2',
  '0x10',
  '1_000',
  'abc',
  null,
  true,
  [5],
  5n,
])('%p is no whole number from 0 to 1000', (value) => {
  expect(parseWholeNumber(value, 0, 1_000)).toBeUndefined();
});

test.each([
  ['limits', 'Did you mean "limit"?'],
  ['Limit', 'Did you mean "limit"?'],
  ['timezone', 'Did you mean "timeZone"?'],
  ['ttl', 'Known options: limit, per, timeZone.'],
])('an unknown option %s is told with what may have been meant', (name, remedy) => {
  const problems = new Problems();
  problems.rejectUnknown('policies.a', { limit: 1, [name]: 1 }, ['limit', 'per', 'timeZone']);
  expect(problems.found).toEqual([{ path: `policies.a.${name}`, problem: 'is not an option.', remedy }]);
});

test('nothing is thrown where nothing is wrong, and everything at once where something is', () => {
  const problems = new Problems();
  expect(() => {
    problems.throwIfAny();
  }).not.toThrow();
  problems.add('a', 'is 1.', 'Write 2.');
  problems.add('b', 'is 3.', 'Write 4.');
  expect(() => {
    problems.throwIfAny();
  }).toThrow(/a: is 1. Write 2.\n {2}b: is 3. Write 4./);
});
