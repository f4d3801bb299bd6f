import { RedisKeys, type RedisKeysOptions } from './keys';

const keysOf = (options: Partial<RedisKeysOptions> = {}) =>
  new RedisKeys({ prefix: 'rl', secret: undefined, readableKeys: false, ...options });

describe('a key', () => {
  test('is the prefix and a hash of the identity in braces', () => {
    expect(keysOf().keyOf('ip:192.0.2.1')).toMatch(/^rl:\{[\w-]{11}\}$/);
  });

  test('is the same on every instance, and another for another secret, prefix or identity', () => {
    const key = keysOf().keyOf('ip:1');
    expect(keysOf().keyOf('ip:1')).toBe(key);
    expect(keysOf({ secret: 's' }).keyOf('ip:1')).not.toBe(key);
    expect(keysOf({ secret: 's' }).keyOf('ip:1')).toBe(keysOf({ secret: 's' }).keyOf('ip:1'));
    expect(keysOf({ prefix: 'other' }).keyOf('ip:1')).not.toBe(key);
    expect(keysOf().keyOf('ip:2')).not.toBe(key);
  });
});

describe('a readable key', () => {
  const { keyOf } = { keyOf: (identity: string) => keysOf({ readableKeys: true }).keyOf(identity) };

  test('shows the identity', () => {
    expect(keyOf('user:ada@example.com')).toBe('rl:{user:ada@example.com}');
    expect(keyOf('ip:2001:db8::/64')).toBe('rl:{ip:2001:db8::/64}');
  });

  test('escapes what could end the braces, look like a space, or hide', () => {
    expect(keyOf('a}{b c\n%~é')).toBe('rl:{a%7d%7bb%20c%0a%25%7e%c3%a9}');
  });

  test('differs where identities differ', () => {
    const similar = ['a b', 'a%20b', 'a%2520b', 'a~b', 'a%7eb', 'é', '%c3%a9'];
    expect(new Set(similar.map(keyOf)).size).toBe(similar.length);
  });

  test('is cut where it is long, and still differs', () => {
    const long = 'user:' + 'x'.repeat(500);
    expect(keyOf(long).length).toBeLessThanOrEqual(128 + 'rl:{}'.length);
    expect(keyOf(`${long}1`)).not.toBe(keyOf(`${long}2`));
    expect(keyOf(`${long}1`).startsWith('rl:{user:xxx')).toBe(true);
  });
});

test.each(['', 'a b', 'a{b', 'a}b', 'a\nb', 'x'.repeat(65)])('the prefix %j is refused', (prefix) => {
  expect(() => keysOf({ prefix })).toThrow(/store\.prefix: is .* Write 1 to 64 characters/s);
});

test('a field is short and the same for the same bucket', () => {
  const keys = keysOf();
  expect(keys.fieldOf('search/policy/token-bucket')).toMatch(/^[\w-]{6}$/);
  expect(keysOf({ secret: 's', prefix: 'p' }).fieldOf('a')).toBe(keys.fieldOf('a'));
  const fields = Array.from({ length: 5_000 }, (_, i) => keys.fieldOf(`policy-${i}`));
  expect(new Set(fields).size).toBe(5_000);
});
