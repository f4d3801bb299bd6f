import type { Charge, Verdict } from '../../core/store';
import { TICKS_PER_MS } from '../../core/ticks';
import { quotaOf } from '../../testing';
import { RecentDenials } from './recent-denials';
import { RememberedDenial } from './remembered-denial';

const NOW_MS = 5_000;
const BUCKETS = ['a', 'b', 'c'];
const quota = quotaOf({ algorithm: 'fixed-window', limit: 5, per: '1m' });
const waits = { retryTicks: TICKS_PER_MS, nextUnitTicks: TICKS_PER_MS, resetTicks: TICKS_PER_MS };
const verdicts: readonly Verdict[] = [{ outcome: 'denied', granted: 0, remaining: 0, ...waits, mark: 0 }];

const callFor = (bucketId: string): readonly Charge[] => [{ bucketId, identity: 'ip:1', quota, cost: 1 }];

let denials: RecentDenials;
const remember = (bucketId: string): RememberedDenial => {
  const denial = new RememberedDenial(callFor(bucketId), verdicts, verdicts, NOW_MS);
  denials.remember(callFor(bucketId), denial, NOW_MS);
  return denial;
};
const find = (bucketId: string): RememberedDenial | undefined => denials.find(callFor(bucketId), NOW_MS);

describe.each(BUCKETS)('of three buckets of one identity, of which %s changes', (changed) => {
  let known: Record<string, RememberedDenial | undefined>;

  beforeEach(() => {
    denials = new RecentDenials(100);
    known = Object.fromEntries(BUCKETS.map((bucketId) => [bucketId, remember(bucketId)]));
  });
  afterEach(() => {
    for (const bucketId of BUCKETS) expect(find(bucketId)).toBe(known[bucketId]);
  });

  it('replaces that one, and keeps the others', () => {
    known[changed] = remember(changed);
  });

  it('forgets that one, and keeps the others', () => {
    denials.forget(callFor(changed));
    known[changed] = undefined;
  });
});

it('counts a denial that is replaced once', () => {
  denials = new RecentDenials(4);
  const other = remember('a');
  for (let i = 0; i < 10; i++) remember('b');
  expect(find('a')).toBe(other);
});
