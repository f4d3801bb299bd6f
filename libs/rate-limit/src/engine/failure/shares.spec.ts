import { quotaOf } from '../../testing';
import { Shares } from './shares';

const window = (limit: number) => quotaOf({ algorithm: 'sliding-window', limit, per: '1m', precision: 7 });

describe('a share of a quota', () => {
  it('is a part for each instance, rounded down, the window staying as it is', () => {
    expect(new Shares().of(window(10), 4)).toEqual({ ...window(10), limit: 2, capacity: 2 });
  });

  it('is at least one unit, except where nothing is admitted at all', () => {
    expect(new Shares().of(window(3), 10)).toMatchObject({ limit: 1, capacity: 1 });
    expect(new Shares().of(window(0), 10)).toMatchObject({ limit: 0, capacity: 0 });
  });

  it('of a token bucket parts the rate and the burst', () => {
    const bucket = quotaOf({ algorithm: 'token-bucket', limit: 10, per: '1m', burst: 30 });
    const share = { ...bucket, limit: 3, capacity: 10, ticksPerUnit: 20_000 * 8_000 };
    expect(new Shares().of(bucket, 3)).toEqual(share);
    const closed = quotaOf({ algorithm: 'token-bucket', limit: 0, per: '1m' });
    expect(new Shares().of(closed, 3)).toEqual(closed);
  });

  it('is made once for as long as the number of instances stays the same', () => {
    const [shares, quota] = [new Shares(), window(10)];
    const share = shares.of(quota, 4);
    expect(shares.of(quota, 4)).toBe(share);
    expect(shares.of(quota, 2)).toMatchObject({ limit: 5 });
    expect(shares.of(quota, 1)).toBe(quota);
  });
});
