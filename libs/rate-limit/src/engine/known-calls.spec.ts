import { quotaOf } from '../testing';
import { KnownCalls } from './known-calls';

const quota = quotaOf({ algorithm: 'fixed-window', limit: 1, per: '1s' });
const callOf = (policies: readonly string[], key: string) => ({
  policies,
  charges: policies.map((bucketId) => ({ bucketId, identity: `ip:${key}`, quota, cost: 1 })),
});

describe('KnownCalls', () => {
  it('knows a call by its policies and its key', () => {
    const known = new KnownCalls();
    const calls = [callOf(['a'], 'x'), callOf(['a', 'b'], 'x'), callOf(['b', 'a'], 'x'), callOf(['a'], 'y')];
    for (const [i, call] of calls.entries()) known.remember(i === 3 ? 'y' : 'x', call);
    expect(known.find('a', 'x', 0)?.charges).toBe(calls[0]?.charges);
    expect(known.find(['a'], 'x', 0)?.charges).toBe(calls[0]?.charges);
    expect(known.find(['a', 'b'], 'x', 0)).toEqual(calls[1]);
    expect(known.find(['b', 'a'], 'x', 0)).toEqual(calls[2]);
    expect(known.find('a', 'y', 0)).toEqual(calls[3]);
    for (const [target, key] of [
      ['b', 'x'],
      [['a', 'b', 'c'], 'x'],
      [[], 'x'],
      ['a', 'z'],
    ] as const) {
      expect(known.find(target, key, 0)).toBeUndefined();
    }
    expect(known.find([{ policy: 'a', key: 'x' }], '', 0)).toBeUndefined();
  });

  it('forgets everything when the policies have changed', () => {
    const known = new KnownCalls();
    known.remember('x', callOf(['a'], 'x'));
    expect(known.find('a', 'x', 1)).toBeUndefined();
    expect(known.find('a', 'x', 0)).toBeUndefined();
  });

  it('keeps a bounded number of calls and of lists, and no long keys', () => {
    const known = new KnownCalls();
    const long = 'x'.repeat(129);
    known.remember(long, callOf(['a'], long));
    expect(known.find('a', long, 0)).toBeUndefined();
    const kept = (keys: number, find: (i: number) => unknown) =>
      Array.from({ length: keys }, (_, i) => find(i)).filter((found) => found !== undefined).length;
    for (let i = 0; i < 20_500; i++) known.remember(`${i}`, callOf(['a'], `${i}`));
    expect(kept(20_500, (i) => known.find('a', `${i}`, 0))).toBe(500);
    for (let i = 0; i < 300; i++) known.remember('x', callOf([`${i}`], 'x'));
    expect(kept(300, (i) => known.find(`${i}`, 'x', 0))).toBeLessThanOrEqual(256);
    expect(known.find('299', 'x', 0)).toBeDefined();
  });
});
