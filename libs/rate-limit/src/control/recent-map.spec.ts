import { RecentMap } from './recent-map';

function numbers(capacity: number, keys: readonly string[]): RecentMap<string> {
  const map = new RecentMap<string>(capacity);
  for (const key of keys) map.set(key, `of ${key}`);
  return map;
}

describe('a map of what was asked for last', () => {
  test('keeps at least the newer half of what fits, and never more than fits', () => {
    const keys = Array.from({ length: 35 }, (_, i) => `key ${i}`);
    const map = numbers(10, keys);
    const kept = keys.filter((key) => map.peek(key) !== undefined);
    expect(kept.length).toBeGreaterThanOrEqual(5);
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept).toEqual(keys.slice(-kept.length));
  });

  test('keeps what is asked for, however much is new', () => {
    const map = numbers(10, ['old']);
    for (let i = 0; i < 100; i++) {
      expect(map.get('old')).toBe('of old');
      map.set(`new ${i}`, '');
    }
  });

  test('forgets what is only peeked at', () => {
    const map = numbers(10, ['old']);
    for (let i = 0; i < 10; i++) {
      map.peek('old');
      map.set(`new ${i}`, '');
    }
    expect(map.peek('old')).toBeUndefined();
  });

  test('takes another value for a key without forgetting any', () => {
    const map = numbers(4, ['a', 'b']);
    map.set('b', 'another');
    expect([map.peek('a'), map.peek('b')]).toEqual(['of a', 'another']);
  });
});
