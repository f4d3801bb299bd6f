import type { BucketState } from '../../core/algorithms/registry';
import { ArrivalColumn, CounterColumn } from './even-columns';
import { LogColumn } from './log-column';
import type { StateColumn } from './state-column';

const logOf = (pairs: number): number[] => Array.from({ length: 2 * pairs }, (_, i) => i + 1);

describe.each<[string, StateColumn, BucketState]>([
  ['token buckets', new ArrivalColumn(), 7],
  ['fixed windows', new CounterColumn(), { end: 9, used: 2 }],
  ['sliding windows', new LogColumn(), logOf(3)],
])('a column of %s', (_, column, state) => {
  it('gives the slot of a state that was dropped to another', () => {
    const slots = Array.from({ length: 1_000 }, () => column.add(state));
    expect(new Set(slots).size).toBe(1_000);
    for (const slot of slots) column.drop(slot);
    const again = Array.from({ length: 1_000 }, () => column.add(state));
    expect(again.sort()).toEqual(slots.sort());
    expect(again.map((slot) => column.get(slot))).toEqual(again.map(() => state));
  });
});

describe('a column of sliding windows', () => {
  it('moves a log that has outgrown its place, or leaves more than half of it empty', () => {
    const column = new LogColumn();
    const small = column.add(logOf(4));
    const large = column.set(small, logOf(11));
    expect(large).not.toBe(small);
    expect(column.set(large, logOf(6))).toBe(large);
    expect(column.set(large, logOf(4))).toBe(small);
    expect(column.get(small)).toEqual(logOf(4));
  });
});
