import fc from 'fast-check';
import type { Charge } from '../../core/store';
import { FakeClock } from '../../testing/fake-clock';
import { quotaOf } from '../../testing/simulated-bucket';
import { MemoryStore } from './memory-store';

const LIMIT = 10;
const quota = quotaOf({ algorithm: 'sliding-window', limit: LIMIT, per: '1m' });

const thousand = quotaOf({ algorithm: 'sliding-window', limit: 1_000, per: '1m' });

const charge = (identity: string, cost: number, bucketId = 'policy'): Charge => ({ bucketId, identity, quota, cost });

const openStores: MemoryStore[] = [];
afterEach(() => {
  for (const store of openStores.splice(0)) store.close();
});

function makeStore(maxKeys: number) {
  const clock = new FakeClock();
  const messages: string[] = [];
  const store = new MemoryStore({ clock, maxKeys, onFull: (message) => messages.push(message) });
  const take = (...charges: Charge[]) => store.consume(charges).every(({ granted }, i) => granted === charges[i]?.cost);
  const left = (identity: string) => store.peek([charge(identity, 0)])[0]?.remaining;
  const fill = (cost: number) => {
    for (let i = 0; i < maxKeys; i++) take(charge(`old${i}`, cost));
  };
  openStores.push(store);
  return { clock, store, messages, take, left, fill };
}

describe('a memory store at its bound', () => {
  it('gives the place of an expired bucket to a new one', () => {
    const { clock, store, take, fill, left } = makeStore(100);
    fill(LIMIT);
    clock.advance(60_000);
    expect(take(charge('new', 1))).toBe(true);
    expect(left('new')).toBe(LIMIT - 1);
    expect(store).toMatchObject({ evictions: 0, overflows: 0 });
    expect(store.size).toBeLessThanOrEqual(100);
  });

  it('gives up the least used bucket of those it looks at', () => {
    const { store, take, left } = makeStore(3);
    take(charge('half', 5));
    take(charge('hardly', 1));
    take(charge('fully', LIMIT));
    expect(take(charge('new', 1))).toBe(true);
    expect(['half', 'hardly', 'fully', 'new'].map(left)).toEqual([5, LIMIT, 0, LIMIT - 1]);
    expect(store).toMatchObject({ size: 3, evictions: 1, overflows: 0 });
  });

  it('looks for it in all tables', () => {
    const { store, take } = makeStore(100);
    for (let i = 0; i < 99; i++) take(charge(`old${i}`, LIMIT, 'full'));
    take(charge('old', 1, 'free'));
    expect(take(charge('new', 1, 'full'))).toBe(true);
    expect(store).toMatchObject({ size: 100, evictions: 1 });
  });

  it('never hands a fresh bucket to a client whose bucket is more than half used', () => {
    const { store, take, fill, left } = makeStore(100);
    fill(6);
    for (let i = 0; i < 500; i++) take(charge(`new${i}`, 1));
    for (let i = 0; i < 100; i++) expect(left(`old${i}`)).toBe(4);
    expect(store).toMatchObject({ size: 100, evictions: 0, overflows: LIMIT });
  });

  it.each([
    ['before', ['small', 'large']],
    ['after', ['large', 'small']],
  ])('judges buckets by the smallest limit, seen %s a larger one', (_, order) => {
    const { store } = makeStore(2);
    const charges = { small: charge('small', 8), large: { ...charge('large', 600), quota: thousand } };
    for (const identity of order) store.consume([charges[identity as keyof typeof charges]]);
    store.consume([charge('new', 1)]);
    expect(store).toMatchObject({ evictions: 0, overflows: 1 });
  });

  it('lets newcomers share one bucket for each bucket id', () => {
    const { take, fill, left } = makeStore(10);
    fill(LIMIT);
    const admitted = Array.from({ length: 50 }, (_, i) => take(charge(`new${i}`, 1))).filter(Boolean);
    expect(admitted).toHaveLength(LIMIT);
    expect(left('another')).toBe(0);
    expect(take(charge('new0', 1, 'another policy'))).toBe(true);
  });

  it('starts a new bucket from the shared one, so that what was taken there is not taken again', () => {
    const { clock, store, take, fill, left } = makeStore(10);
    fill(LIMIT);
    clock.advance(30_000);
    expect(take(charge('new', 7))).toBe(true);
    clock.advance(30_000);
    expect(left('new')).toBe(3);
    expect(take(charge('new', 4))).toBe(false);
    expect(take(charge('new', 3))).toBe(true);
    expect(store.overflows).toBe(1);
    clock.advance(30_000);
    expect(left('new')).toBe(7);
  });

  it('gives nothing back to a shared bucket', () => {
    const { store, take, fill, left } = makeStore(10);
    fill(LIMIT);
    take(charge('new', 7));
    expect(store.refund(charge('new', 7), 7, 0)).toBe(0);
    expect(left('new')).toBe(3);
  });

  it('keeps what a large client took of a shared bucket when a small one looks in', () => {
    const { store, take, fill } = makeStore(1);
    fill(LIMIT);
    const bucketOf = (limit: number, cost: number): Charge => ({
      ...charge('new', cost, 'buckets'),
      quota: quotaOf({ algorithm: 'token-bucket', limit: 10, burst: limit, per: '1m' }),
    });
    expect(take(bucketOf(LIMIT, 1), charge('other', 1))).toBe(true);
    expect(take(bucketOf(100, 99))).toBe(true);
    expect(take(bucketOf(LIMIT, 1))).toBe(false);
    expect(store.peek([bucketOf(100, 1)])).toMatchObject([{ outcome: 'denied', remaining: 0 }]);
  });

  it('keeps a shared bucket though its table is empty', () => {
    jest.useFakeTimers();
    const { store, take, fill } = makeStore(1);
    fill(LIMIT);
    take(charge('new', 7, 'another policy'));
    jest.advanceTimersByTime(2_000);
    expect(store.peek([charge('new', 0, 'another policy')])).toMatchObject([{ remaining: 3 }]);
    jest.useRealTimers();
  });

  it('tells once an episode that it is full, and what to do', () => {
    jest.useFakeTimers();
    const { clock, messages, take, fill } = makeStore(10);
    for (let episode = 1; episode <= 2; episode++) {
      fill(LIMIT);
      for (let i = 0; i < 5; i++) take(charge(`new${i}`, 1));
      expect(messages).toHaveLength(episode);
      clock.advance(120_000);
      jest.advanceTimersByTime(2_000);
    }
    expect(messages[0]).toMatch(/holds 10 buckets.*share.*Raise maxKeys/);
    jest.useRealTimers();
  });

  it('is not disturbed by a listener that throws', () => {
    const onFull = () => {
      throw new Error('no log');
    };
    const store = new MemoryStore({ maxKeys: 1, onFull });
    openStores.push(store);
    store.consume([charge('old', LIMIT)]);
    expect(store.consume([charge('new', 1)])).toMatchObject([{ granted: 1 }]);
  });
});

describe('a call of several charges near the bound', () => {
  it('keeps all of its own buckets', () => {
    const { store, take, left } = makeStore(2);
    take(charge('a', 1));
    take(charge('b', LIMIT));
    expect(take(charge('c', 1), charge('a', 1))).toBe(true);
    expect(left('a')).toBe(LIMIT - 2);
    expect(store).toMatchObject({ size: 2, evictions: 0, overflows: 1 });
  });

  // Costs above half the limit: nothing is evicted, so that no client may ever get more than its limit.
  const step = fc.record({
    pauseMs: fc.constantFrom(0, 0, 1_000, 20_000),
    identities: fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 }),
    cost: fc.integer({ min: 6, max: LIMIT + 1 }),
  });

  it('is charged in full or not at all, and admits no client more than its limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60, size: 'max' }), (maxKeys, steps) => {
        const { clock, store } = makeStore(maxKeys);
        const taken: { identity: number; cost: number; at: number }[] = [];
        for (const { pauseMs, identities, cost } of steps) {
          clock.advance(pauseMs);
          const at = clock.nowTicks();
          const verdicts = store.consume(identities.map((identity) => charge(`ip:${identity}`, cost)));
          const granted = new Set(verdicts.map((verdict) => verdict.granted));
          expect([[0], [cost]]).toContainEqual([...granted]);
          expect(store.size).toBeLessThanOrEqual(maxKeys);
          if (granted.has(cost)) taken.push(...identities.map((identity) => ({ identity, cost, at })));
          for (const identity of identities) {
            const recent = taken.filter((one) => one.identity === identity && one.at > at - quota.perTicks);
            expect(recent.reduce((sum, one) => sum + one.cost, 0)).toBeLessThanOrEqual(LIMIT);
          }
        }
        store.close();
      }),
    );
  });
});
