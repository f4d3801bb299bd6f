import { identityOf, MAX_KEY_LENGTH } from './identity';

const digest = jest.fn((value: string) => `#${String(value.length)}`);

beforeEach(() => {
  digest.mockClear();
});

test.each([
  ['ip', '192.0.2.1', 'ip:192.0.2.1'],
  ['user', '192.0.2.1', 'user:192.0.2.1'],
  ['key', '', 'key:'],
  ['header', 'a:b {c}\n', 'header:a:b {c}\n'],
  ['key', 'k'.repeat(MAX_KEY_LENGTH), `key:${'k'.repeat(MAX_KEY_LENGTH)}`],
])('a key of kind %s and value %j is kept as it is', (kind, value, identity) => {
  expect(identityOf(kind, value, digest)).toBe(identity);
  expect(digest).not.toHaveBeenCalled();
});

test('a longer key is kept as its beginning and a digest of all of it', () => {
  const value = 'k'.repeat(MAX_KEY_LENGTH + 1);
  expect(identityOf('key', value, digest)).toBe(`key:${'k'.repeat(32)}…#129`);
  expect(digest).toHaveBeenCalledWith(value);
});

test('however long a key is, its identity is short', () => {
  expect(identityOf('key', 'k'.repeat(1_000_000), digest).length).toBeLessThan(MAX_KEY_LENGTH);
});
