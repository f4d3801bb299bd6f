import type { AlgorithmName } from '../../core/quota';
import { TICKS_PER_MS } from '../../core/ticks';
import { quotaOf } from '../../testing';
import { Debt } from './debt';

const SECOND = 1_000 * TICKS_PER_MS;
const NOON = 1_000 * 60 * SECOND;

/** A debt of units taken at seconds of a minute, as it is told at a later second. */
function owed(algorithm: AlgorithmName, spends: readonly (readonly [units: number, second: number])[], toldAt: number) {
  const quota = quotaOf({ algorithm, limit: 10, per: '1m' });
  const debt = new Debt(quota);
  for (const [units, second] of spends) debt.spend(quota, units, NOON + second * SECOND);
  return debt.owedAt(NOON + toldAt * SECOND).map(({ units, agoTicks }) => [units, agoTicks / SECOND]);
}

describe('a debt', () => {
  it('of a sliding window is every unit still inside it, and when it was taken', () => {
    const spends = [
      [1, 0],
      [2, 10],
      [3, 20],
    ] as const;
    expect(owed('sliding-window', spends, 25)).toEqual([
      [1, 25],
      [2, 15],
      [3, 5],
    ]);
    expect(owed('sliding-window', spends, 70)).toEqual([[3, 50]]);
    expect(owed('sliding-window', spends, 80)).toEqual([]);
  });

  it('of a token bucket is exactly what is lacking, though in whole units', () => {
    // 3 units lack 18 seconds; 4 seconds later it is 14, as of 3 units taken 4 seconds ago.
    expect(owed('token-bucket', [[3, 0]], 4)).toEqual([[3, 4]]);
    expect(owed('token-bucket', [[3, 0]], 6)).toEqual([[2, 0]]);
    expect(owed('token-bucket', [[3, 0]], 18)).toEqual([]);
  });

  it('of a token bucket is at most its burst', () => {
    expect(
      owed(
        'token-bucket',
        [
          [9, 0],
          [9, 0],
        ],
        0,
      ),
    ).toEqual([[10, 0]]);
  });

  it('of a fixed window is what was taken in the present one, dated so that the store can tell which that is', () => {
    expect(
      owed(
        'fixed-window',
        [
          [3, -10],
          [4, 10],
          [2, 50],
        ],
        55,
      ),
    ).toEqual([[6, 5]]);
    expect(owed('fixed-window', [[3, 10]], 60)).toEqual([]);
  });
});
