import fc from 'fast-check';
import { mergeHitters, RecentHitters } from './recent-hitters';

const ONE_IN = 16;

it('is too high by no more than the error it tells where adds stand for many, over spans and processes', () => {
  const asked = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 1 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 600, size: 'max' }), fc.integer({ min: 1, max: 8 }), (all, capacity) => {
      const processes = [new RecentHitters(capacity), new RecentHitters(capacity)] as const;
      const exact = new Map<string, number>();
      for (const [i, [n, process, isTurn]] of all.entries()) {
        const key = `k${String(n)}`;
        exact.set(key, (exact.get(key) ?? 0) + 1);
        if (i < 50) processes[process]!.add(key, 1);
        else if (i % ONE_IN === 0) processes[process]!.add(key, ONE_IN);
        // One turn each: what is older than that is forgotten.
        if (isTurn && i === 100) for (const recent of processes) recent.turn();
      }
      const hitters = mergeHitters(
        processes.map((recent) => recent.top(capacity)),
        2 * capacity,
      );
      for (const { key, count, error } of hitters) expect(count - error).toBeLessThanOrEqual(exact.get(key) ?? 0);
    }),
  );
});

it('tells that a key of one sampled denial may have been denied once', () => {
  const denials = new RecentHitters(4);
  denials.add('ip:1', 1);
  denials.add('ip:1', ONE_IN);
  expect(denials.top(1)).toEqual([{ key: 'ip:1', count: 17, error: 15 }]);
});
