import { StoreUnavailableError } from '../../core/errors';
import type { AlgorithmName, Quota } from '../../core/quota';
import type { Charge, Verdict } from '../../core/store';
import { MemoryStore } from '../../stores/memory/memory-store';
import { FakeClock, quotaOf } from '../../testing';
import { ResilientStore } from './resilient-store';
import { remoteOf, SharedBucket } from './shared-bucket.spec-support';

const MINUTE_MS = 60_000;

let clock: FakeClock;
let shared: SharedBucket;
let locals: MemoryStore[];

beforeEach(() => {
  clock = new FakeClock();
  shared = new SharedBucket(clock);
  locals = [];
});

afterEach(() => {
  for (const local of locals) local.close();
});

function fleet(instances: number): ResilientStore[] {
  return Array.from({ length: instances }, () => {
    const local = new MemoryStore({ clock });
    locals.push(local);
    const remote = remoteOf(shared);
    return new ResilientStore({ remote, local, clock, deadlineMs: 5, instances: () => instances });
  });
}

const charge = (quota: Quota, cost: number, identity = 'ip:1'): Charge => ({
  bucketId: 'read\n',
  identity,
  quota,
  cost,
});
const consume = async (store: ResilientStore, quota: Quota, cost: number): Promise<Verdict> =>
  (await store.consume([charge(quota, cost)]))[0]!;

const ALGORITHMS: readonly AlgorithmName[] = ['sliding-window', 'token-bucket', 'fixed-window'];

describe.each(ALGORITHMS.flatMap((name) => [1, 4].map((instances) => [name, instances] as const)))(
  '%s, %d instances, after an hour without the store',
  (algorithm, instances) => {
    const quota = quotaOf({ algorithm, limit: 40, per: '1m' });

    it('never denied a client at half its limit, neither in the outage nor after', async () => {
      const stores = fleet(instances);
      let requests = 0;
      for (let second = 0; second < 3 * 3_600; second++) {
        clock.advance(1_000);
        // It begins and ends between the two seconds of every thirty in which the client sends five requests each.
        shared.network = second >= 3_601 && second < 7_201 ? 'down' : 'up';
        for (let i = 0; i < 5 && second % 30 < 2; i++) {
          expect(await consume(stores[requests++ % instances]!, quota, 1)).toMatchObject({ outcome: 'allowed' });
        }
      }
      expect(shared.carried).toBeGreaterThan(0);
      expect(shared.carried).toBeLessThanOrEqual(20);
    });

    it('does not admit the limit again to a client that has just spent all shares', async () => {
      const stores = fleet(instances);
      shared.network = 'down';
      for (const store of stores)
        expect(await store.consumeUpTo(charge(quota, 40))).toMatchObject({ granted: 40 / instances });
      shared.network = 'up';
      for (const store of stores) await consume(store, quota, 0);
      expect(await consume(stores[0]!, quota, 1)).toMatchObject({ outcome: 'denied', remaining: 0 });
      clock.advance(MINUTE_MS);
      expect(await consume(stores[0]!, quota, 40)).toMatchObject({ outcome: 'allowed' });
      expect(shared.carried).toBe(40);
    });
  },
);

describe.each(ALGORITHMS)('%s: a debt', (algorithm) => {
  const quota = quotaOf({ algorithm, limit: 10, per: '1m' });
  let store: ResilientStore;

  beforeEach(async () => {
    store = fleet(1)[0]!;
    shared.network = 'down';
    await consume(store, quota, 6);
    expect(store.debts).toBe(1);
  });

  it('is told once', async () => {
    shared.network = 'up';
    expect(await consume(store, quota, 1)).toMatchObject({ remaining: 3 });
    expect(await consume(store, quota, 1)).toMatchObject({ remaining: 2 });
    expect([store.debts, shared.carried]).toEqual([0, 6]);
  });

  it('is told with a call that is denied', async () => {
    shared.network = 'up';
    expect(await store.consumeUpTo(charge(quota, 100))).toMatchObject({ granted: 4 });
    expect(await consume(store, quota, 1)).toMatchObject({ outcome: 'denied' });
  });

  it('is kept when the call that carries it is not sent, with what is added then', async () => {
    await consume(store, quota, 3);
    shared.network = 'up';
    expect(await consume(store, quota, 0)).toMatchObject({ remaining: 1 });
    expect(shared.carried).toBe(9);
  });

  it.each(['hangs', 'loses replies'] as const)('is dropped when the call that carries it %s', async (network) => {
    shared.network = network;
    await consume(store, quota, 1);
    expect(store.debts).toBe(0);
    shared.network = 'up';
    await consume(store, quota, 1);
    expect(shared.carried).toBe(network === 'hangs' ? 0 : 6);
  });

  it('does not hold what may have reached the store', async () => {
    shared.network = 'up';
    await consume(store, quota, 0);
    shared.network = 'loses replies';
    await consume(store, quota, 2);
    expect(store.debts).toBe(0);
  });

  it('can be given back until the store is told of it', async () => {
    const { mark } = await consume(store, quota, 3);
    shared.network = 'up';
    const { remaining } = await consume(store, quota, 0);
    expect(await store.refund(charge(quota, 3), 3, mark)).toBe(0);
    expect(await consume(store, quota, 0)).toMatchObject({ remaining });
  });

  it('is less by what was given back, forgotten on reset, and over with its window', async () => {
    const { mark } = await consume(store, quota, 3);
    expect(await store.refund(charge(quota, 3), 3, mark)).toBe(3);
    shared.network = 'up';
    expect(await consume(store, quota, 0)).toMatchObject({ remaining: 4 });
    shared.network = 'down';
    await consume(store, quota, 4);
    await store.reset('read\n', 'ip:1');
    expect(store.debts).toBe(0);
    await consume(store, quota, 4);
    clock.advance(MINUTE_MS);
    shared.network = 'up';
    await consume(store, quota, 0);
    expect([store.debts, shared.carried]).toEqual([0, 6]);
  });
});

test('a debt is kept when the store says only after the deadline that the call was never sent', async () => {
  const quota = quotaOf({ algorithm: 'sliding-window', limit: 10, per: '1m' });
  const store = fleet(1)[0]!;
  shared.network = 'down';
  await consume(store, quota, 6);
  let refuse: (error: Error) => void = () => undefined;
  const call = jest.spyOn(shared, 'call').mockReturnValue(new Promise((_, reject) => (refuse = reject)));
  await consume(store, quota, 1);
  expect(store.debts).toBe(0);
  refuse(new StoreUnavailableError('not connected', false));
  await new Promise(setImmediate);
  call.mockRestore();
  shared.network = 'up';
  expect(await consume(store, quota, 0)).toMatchObject({ remaining: 4 });
});

it('asks no store that knows beforehand that it would refuse, and tells it later what was let through', async () => {
  const quota = quotaOf({ algorithm: 'fixed-window', limit: 10, per: '1m' });
  const [local, remote] = [new MemoryStore({ clock }), remoteOf(shared)];
  locals.push(local);
  let asked = 0;
  let known: StoreUnavailableError | undefined;
  const store = new ResilientStore({
    remote: {
      ...remote,
      consume: (charges) => {
        asked++;
        return remote.consume(charges);
      },
      refusal: () => known,
    },
    local,
    clock,
    deadlineMs: 5,
    instances: () => 1,
  });
  shared.network = 'down';
  await consume(store, quota, 1);
  known = new StoreUnavailableError('It is left alone.', false);
  for (let i = 0; i < 3; i++) expect(await consume(store, quota, 1)).toMatchObject({ source: 'fallback' });
  expect([asked, store.counts.local.unavailable, store.debts]).toEqual([1, 4, 1]);
  known = undefined;
  shared.network = 'up';
  expect(await consume(store, quota, 1)).toMatchObject({ remaining: 5 });
  expect([asked, shared.carried, store.debts]).toEqual([2, 4, 0]);
});
