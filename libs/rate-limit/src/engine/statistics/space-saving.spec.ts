import fc from 'fast-check';
import { SpaceSaving } from './space-saving';

it('keeps every key above its share, and is never too high by more than the error it tells', () => {
  const stream = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 5 })), {
    maxLength: 400,
    size: 'max',
  });
  fc.assert(
    fc.property(stream, fc.integer({ min: 1, max: 16 }), (adds, capacity) => {
      const hitters = new SpaceSaving(capacity);
      const exact = new Map<string, number>();
      for (const [n, weight] of adds) {
        hitters.add(`k${String(n)}`, weight);
        exact.set(`k${String(n)}`, (exact.get(`k${String(n)}`) ?? 0) + weight);
      }
      const top = hitters.top();
      const bound = hitters.total / capacity;
      expect(top.length).toBeLessThanOrEqual(capacity);
      for (const { key, count, error } of top) {
        const truth = exact.get(key) ?? 0;
        expect(count - error).toBeLessThanOrEqual(truth);
        expect(count).toBeGreaterThanOrEqual(truth);
        expect(error).toBeLessThanOrEqual(bound);
      }
      const kept = new Set(top.map(({ key }) => key));
      for (const [key, count] of exact) if (count > bound) expect(kept).toContain(key);
      expect(top.map(({ count }) => count)).toEqual(top.map(({ count }) => count).sort((a, b) => b - a));
    }),
  );
});
