import * as fc from 'fast-check';
import { MemoryThrottlerStorage } from './memory-throttler-storage';

/** Which keys are there, with their hits, by the definition: the one that was used longest ago comes first. */
class Model {
  private readonly hits = new Map<string, number>();

  constructor(private readonly maxKeys: number) {}

  hit(key: string): number {
    for (const oldest of [...this.hits.keys()].slice(0, Math.max(0, this.hits.size - this.maxKeys))) {
      this.hits.delete(oldest);
    }
    const hits = (this.hits.get(key) ?? 0) + 1;
    this.hits.delete(key);
    this.hits.set(key, hits);
    return hits;
  }

  get size(): number {
    return this.hits.size;
  }
}

test('above the most keys, those that were used longest ago are forgotten', async () => {
  const keys = fc.array(fc.nat(12), { maxLength: 200, size: 'max' });
  await fc.assert(
    fc.asyncProperty(fc.nat(10), keys, async (maxKeys, used) => {
      const [storage, model] = [new MemoryThrottlerStorage({ maxKeys, nowMs: () => 0 }), new Model(maxKeys)];
      for (const key of used) {
        const { totalHits } = await storage.increment(`k${key}`, 1_000, 1_000, 0, 'default');
        expect(totalHits).toBe(model.hit(`k${key}`));
      }
      expect(storage.size).toBe(model.size);
    }),
  );
});
