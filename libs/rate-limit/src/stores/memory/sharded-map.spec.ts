import { ShardedMap } from './sharded-map';

const entriesOf = (map: ShardedMap<number>, count: number) => Array.from({ length: count }, () => map.next());

describe('ShardedMap', () => {
  it('has nothing to show when it is empty', () => {
    expect(new ShardedMap<number>().next()).toBeUndefined();
  });

  it('spreads over its parts and shows each entry once a round', () => {
    const map = new ShardedMap<number>();
    for (let i = 0; i < 1_000; i++) map.shardOf(`user:${i}`).set(`user:${i}`, i);
    const parts = new Set(Array.from({ length: 1_000 }, (_, i) => map.shardOf(`user:${i}`)));
    expect(parts.size).toBe(16);
    expect(map.size).toBe(1_000);
    const round = new Set(entriesOf(map, 1_000).map((entry) => entry?.[0]));
    expect(round.size).toBe(1_000);
    expect(map.next()).toBeDefined();
  });

  it('goes on when entries come and go', () => {
    const map = new ShardedMap<number>();
    for (let i = 0; i < 5_000; i++) {
      map.shardOf(`user:${i}`).set(`user:${i}`, i);
      const key = map.next()?.[0];
      if (i % 2 === 0 && key !== undefined) map.shardOf(key).delete(key);
    }
    expect(map.size).toBe(2_500);
    const round = new Set(entriesOf(map, 2_500).map((entry) => entry?.[0]));
    expect(round.size).toBe(2_500);
  });

  it('takes keys of any length and characters', () => {
    const map = new ShardedMap<number>();
    for (const key of ['', 'a', 'ab', '…', '😀', 'x'.repeat(10_000)]) map.shardOf(key).set(key, 1);
    expect(map.size).toBe(6);
    expect(map.shardOf('').get('')).toBe(1);
  });
});
