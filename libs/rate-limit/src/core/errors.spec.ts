import { ConfigurationError, FloodgateError, show } from './errors';

test('an error carries a stable code, its own name and its cause', () => {
  const cause = new Error('connection lost');
  const error = new FloodgateError('CALL_INVALID', 'No.', { cause });
  expect(error).toMatchObject({ code: 'CALL_INVALID', name: 'FloodgateError', message: 'No.', cause });
  expect(error).toBeInstanceOf(Error);
});

test('a configuration error tells every problem on a line of its own', () => {
  const error = new ConfigurationError([
    { path: 'policies.a.limit', problem: 'is -1.', remedy: 'Write 0 or more.' },
    { path: 'policies.b.per', problem: 'is missing.', remedy: 'Write "1m".' },
  ]);
  expect(error).toMatchObject({ code: 'CONFIGURATION_INVALID', name: 'ConfigurationError' });
  expect(error.message.split('\n').slice(1)).toEqual([
    '  policies.a.limit: is -1. Write 0 or more.',
    '  policies.b.per: is missing. Write "1m".',
  ]);
});

test.each<[value: unknown, shown: string]>([
  ['abc', '"abc"'],
  ['', '""'],
  ['x'.repeat(81), `"${'x'.repeat(80)}…"`],
  [NaN, 'NaN'],
  [-1, '-1'],
  [10n, '10'],
  [null, 'null'],
  [undefined, 'undefined'],
  [Symbol('s'), 'Symbol(s)'],
  [[1], 'a list'],
  [{}, 'an object'],
  [Object.create(null), 'an object'],
  [() => 1, 'a function'],
])('%p is shown as %s', (value, shown) => {
  expect(show(value)).toBe(shown);
});
