import type { AlgorithmName, Quota } from '../core/quota';
import type { Charge, MaybePromise, RateLimitStore, Verdict } from '../core/store';
import { declareChargeTests } from './charge-contract';
import { FakeClock } from './fake-clock';
import { quotaOf } from './simulated-bucket';
import { playAtRandom } from './store-model';

/** What the suite needs of a test runner: the globals of Jest and Vitest have it. */
export interface ContractRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  readonly beforeEach: (body: () => Promise<void>) => unknown;
  readonly afterEach: (body: () => Promise<void>) => unknown;
  readonly expect: (actual: unknown) => {
    toEqual(expected: unknown): unknown;
    toMatchObject(expected: object): unknown;
  };
}

/** Makes an empty store that takes its time from this clock. */
export type StoreFactory = (clock: FakeClock) => MaybePromise<RateLimitStore>;

const ALGORITHMS: readonly AlgorithmName[] = ['sliding-window', 'token-bucket', 'fixed-window'];
const LIMIT = 10;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Declares the tests that every store must pass (see `RateLimitStore`):
 * `describeStoreContract('my store', (clock) => new MyStore({ clock }))`.
 *
 * @param runner Where a runner has no globals, its functions: `import * as vitest from 'vitest'`.
 */
export function describeStoreContract(
  name: string,
  makeStore: StoreFactory,
  runner: ContractRunner = globalThis as unknown as ContractRunner,
): void {
  runner.describe(`${name} keeps the store contract`, () => {
    for (const algorithm of ALGORITHMS) {
      runner.describe(algorithm, () => {
        declareTests(quotaOf({ algorithm, limit: LIMIT, per: '1m' }), makeStore, runner);
      });
    }
    runner.describe('charges', () => {
      declareChargeTests(ALGORITHMS, makeStore, runner);
    });
  });
}

function declareTests(quota: Quota, makeStore: StoreFactory, runner: ContractRunner): void {
  const { it, expect } = runner;
  let clock: FakeClock;
  let store: RateLimitStore;

  runner.beforeEach(async () => {
    clock = new FakeClock();
    store = await makeStore(clock);
  });
  runner.afterEach(async () => {
    await store.close?.();
  });

  const charge = (cost: number, identity = 'ip:1', bucketId = 'a'): Charge => ({
    // A bucket's id names its algorithm, as ids from the engine do.
    bucketId: `${bucketId}:${quota.algorithm}`,
    identity,
    quota,
    cost,
  });
  const consume = async (...charges: Charge[]): Promise<readonly Verdict[]> => store.consume(charges);
  const left = async (...of: Charge[]): Promise<readonly number[]> =>
    (await store.peek(of)).map((verdict) => verdict.remaining);

  it('admits up to the limit and then denies until the told wait is over', async () => {
    for (let used = 1; used <= LIMIT; used++) {
      const verdict = { outcome: 'allowed', granted: 1, remaining: LIMIT - used, retryTicks: 0 };
      expect(await consume(charge(1))).toMatchObject([verdict]);
    }
    const [denied] = await consume(charge(1));
    expect(denied).toMatchObject({ outcome: 'denied', granted: 0, remaining: 0 });
    const wait = denied?.retryTicks ?? 0;
    clock.advanceTicks(wait - 1);
    expect(await consume(charge(1))).toMatchObject([{ outcome: 'denied', retryTicks: 1 }]);
    clock.advanceTicks(1);
    expect(await consume(charge(1))).toMatchObject([{ outcome: 'allowed', granted: 1 }]);
  });

  it('is full again when the told reset is over', async () => {
    const [verdict] = await consume(charge(LIMIT));
    clock.advanceTicks((verdict?.resetTicks ?? 0) - 1);
    expect(await left(charge(0))).toEqual([quota.algorithm === 'token-bucket' ? LIMIT - 1 : 0]);
    clock.advanceTicks(1);
    const full = { remaining: LIMIT, resetTicks: 0, nextUnitTicks: 0 };
    expect(await store.peek([charge(0)])).toMatchObject([full]);
  });

  it('charges all buckets of a call or none', async () => {
    await consume(charge(8, 'ip:1', 'b'));
    const both = [charge(3, 'ip:1', 'a'), charge(3, 'ip:1', 'b')];
    expect(await consume(...both)).toMatchObject([
      { outcome: 'allowed', granted: 0, remaining: 10 },
      { outcome: 'denied', granted: 0, remaining: 2 },
    ]);
    expect(await left(...both)).toEqual([10, 2]);
    const fitting = [charge(2, 'ip:1', 'a'), charge(2, 'ip:1', 'b')];
    expect(await consume(...fitting)).toMatchObject([
      { outcome: 'allowed', granted: 2, remaining: 8 },
      { outcome: 'allowed', granted: 2, remaining: 0 },
    ]);
  });

  it('keeps identities apart, and buckets of one identity', async () => {
    const all = [charge(5, 'ip:1', 'a'), charge(6, 'ip:2', 'a'), charge(7, 'ip:1', 'b')];
    await consume(...all);
    expect(await left(...all, charge(0, 'ip:2', 'b'))).toEqual([5, 4, 3, 10]);
  });

  it('lets cost 0 pass and takes nothing', async () => {
    await consume(charge(LIMIT));
    const nothing = { outcome: 'allowed', granted: 0, remaining: 0, retryTicks: 0 };
    expect(await consume(charge(0))).toMatchObject([nothing]);
    expect(await store.consumeUpTo(charge(0, 'ip:2'))).toMatchObject({ outcome: 'allowed', remaining: LIMIT });
  });

  it('tells what can never fit, and takes nothing', async () => {
    const impossible = { outcome: 'impossible', granted: 0, remaining: LIMIT, retryTicks: Infinity };
    expect(await consume(charge(LIMIT + 1))).toMatchObject([impossible]);
    const closed = { ...charge(1), quota: quotaOf({ algorithm: quota.algorithm, limit: 0, per: '1m' }) };
    expect(await consume(closed)).toMatchObject([{ ...impossible, remaining: 0 }]);
    expect(await store.consumeUpTo(closed)).toMatchObject({ ...impossible, remaining: 0 });
    expect(await left(charge(0))).toEqual([LIMIT]);
  });

  it('takes what is there in a partial grant', async () => {
    const grants: number[] = [];
    for (const cost of [4, 100, 1]) grants.push((await store.consumeUpTo(charge(cost))).granted);
    expect(grants).toEqual([4, 6, 0]);
    expect(await store.consumeUpTo(charge(1))).toMatchObject({ outcome: 'allowed', granted: 0 });
  });

  it('takes nothing in a peek', async () => {
    const verdicts = [{ outcome: 'allowed', granted: 0, remaining: LIMIT }];
    for (let time = 0; time < 3; time++) expect(await store.peek([charge(LIMIT)])).toMatchObject(verdicts);
    await consume(charge(8));
    const smaller = quotaOf({ algorithm: quota.algorithm, limit: 2, per: '1s' });
    expect(await store.peek([{ ...charge(1), quota: smaller }])).toMatchObject([{ outcome: 'denied' }]);
    expect(await left(charge(0))).toEqual([2]);
  });

  it('gives back the charge that a mark names', async () => {
    const [first] = await consume(charge(4));
    await consume(charge(3));
    expect(await store.refund(charge(4), 4, first?.mark ?? 0)).toEqual(4);
    expect(await left(charge(0))).toEqual([7]);
    clock.advance(2 * MINUTE_MS);
    expect(await store.refund(charge(4), 4, first?.mark ?? 0)).toEqual(0);
    expect(await store.refund(charge(4, 'ip:unknown'), 4, first?.mark ?? 0)).toEqual(0);
    expect(await left(charge(0), charge(0, 'ip:unknown'))).toEqual([LIMIT, LIMIT]);
  });

  it('forgets one bucket of one identity on reset', async () => {
    const all = [charge(5, 'ip:1', 'a'), charge(5, 'ip:2', 'a'), charge(5, 'ip:1', 'b')];
    await consume(...all);
    await store.reset(charge(0).bucketId, 'ip:1');
    await store.reset('unknown', 'ip:1');
    expect(await left(...all)).toEqual([10, 5, 5]);
  });

  it('recovers from a clock that stepped far back, though it refuses meanwhile', async () => {
    await consume(charge(LIMIT));
    clock.advance(-DAY_MS);
    expect(await consume(charge(1))).toMatchObject([{ outcome: 'denied' }]);
    clock.advance(2 * MINUTE_MS);
    expect(await consume(charge(1))).toMatchObject([{ outcome: 'allowed' }]);
  });

  it('never admits more than the limit to parallel calls', async () => {
    const calls = Array.from({ length: 5 * LIMIT }, async (_, i) => {
      const verdicts = await consume(charge(1, 'ip:all'), charge(1, `user:${i % 4}`));
      return verdicts.every(({ granted }) => granted === 1);
    });
    const admitted = (await Promise.all(calls)).filter(Boolean).length;
    expect(admitted).toEqual(LIMIT);
    const users = await left(...[0, 1, 2, 3].map((user) => charge(0, `user:${user}`)));
    expect(users.reduce((taken, remaining) => taken + LIMIT - remaining, 0)).toEqual(LIMIT);
  });

  it('answers long random series as the plain algorithm does', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { actual, expected } = await playAtRandom(store, clock, quota, seed);
      expect(actual).toEqual(expected);
    }
  });
}
