import type { Charge, MaybePromise, RateLimitStore, Verdict } from '../../core/store';
import { TICKS_PER_MS } from '../../core/ticks';
import { MemoryStore } from '../../stores/memory/memory-store';
import { FakeClock, quotaOf } from '../../testing';
import { DenialCache } from './denial-cache';

/** A shared store that counts how often it was asked, and can be gone. */
class RemoteStore implements RateLimitStore {
  readonly source = 'redis';
  asked = 0;
  answering: (() => readonly Verdict[]) | undefined;
  private readonly memory: MemoryStore;

  constructor(clock: FakeClock) {
    this.memory = new MemoryStore({ clock });
  }

  consume(charges: readonly Charge[]): Promise<readonly Verdict[]> {
    this.asked++;
    return Promise.resolve(this.answering?.() ?? this.memory.consume(charges));
  }
  consumeUpTo = (charge: Charge): Verdict => this.memory.consumeUpTo(charge);
  peek = (charges: readonly Charge[]): readonly Verdict[] => this.memory.peek(charges);
  refund = (charge: Charge, units: number, mark: number): number => this.memory.refund(charge, units, mark);
  reset(bucketId: string, identity: string): void {
    this.memory.reset(bucketId, identity);
  }
  close = (): void => {
    this.memory.close();
  };
}

let clock: FakeClock;
let remote: RemoteStore;
let cache: DenialCache;
let nowMs: number;

beforeEach(() => {
  clock = new FakeClock();
  remote = new RemoteStore(clock);
  nowMs = 5_000;
  cache = new DenialCache({ store: remote, nowMs: () => nowMs });
});
afterEach(() => cache.close());

const pass = (ms: number): void => {
  nowMs += ms;
  clock.advance(ms);
};
const slow = quotaOf({ algorithm: 'token-bucket', limit: 60, burst: 5, per: '10m' });
const charge = (cost = 1, identity = 'ip:1', quota = slow, bucketId = 'a'): Charge => ({
  ...{ bucketId, identity, quota, cost },
});
const exhaust = async (...charges: Charge[]): Promise<void> => {
  await cache.consume(charges);
  remote.asked = 0;
};
/** Who answered a call: the store, or nobody but the cache. */
const answeredBy = (answer: MaybePromise<readonly Verdict[]>): 'store' | 'cache' =>
  answer instanceof Promise ? 'store' : 'cache';

it('answers at once, with the times counted down, what the store has refused', async () => {
  await exhaust(charge(5));
  const [refused] = await cache.consume([charge()]);
  expect(refused).toMatchObject({ outcome: 'denied', retryTicks: 10_000 * TICKS_PER_MS });
  expect(refused).not.toHaveProperty('source');
  pass(400);
  const waits = { retryTicks: 9_600 * TICKS_PER_MS, nextUnitTicks: 9_600 * TICKS_PER_MS };
  const resetTicks = 49_600 * TICKS_PER_MS;
  const known = { outcome: 'denied', granted: 0, remaining: 0, ...waits, resetTicks, mark: 0, source: 'denial-cache' };
  expect(cache.consume([charge()])).toEqual([known]);
  expect(remote.asked).toBe(1);
});

it('asks as soon as the wait is over', async () => {
  const quick = charge(5, 'ip:1', quotaOf({ algorithm: 'fixed-window', limit: 5, per: '200ms' }));
  await exhaust(quick);
  const [refused] = await cache.consume([quick]);
  pass((refused?.retryTicks ?? 0) / TICKS_PER_MS - 1);
  expect(answeredBy(cache.consume([quick]))).toBe('cache');
  pass(1);
  expect(await cache.consume([quick])).toMatchObject([{ outcome: 'allowed', granted: 5 }]);
});

it('knows that what does not fit what is left is refused, and asks for what may fit', async () => {
  await exhaust(charge(3));
  await cache.consume([charge(4)]);
  expect(cache.consume([charge(3)])).toMatchObject([
    { outcome: 'denied', remaining: 2, retryTicks: 10_000 * TICKS_PER_MS },
  ]);
  expect(cache.consume([charge(5)])).toMatchObject([
    { outcome: 'denied', remaining: 2, retryTicks: 30_000 * TICKS_PER_MS },
  ]);
  expect(cache.consume([charge(6)])).toMatchObject([{ outcome: 'impossible', retryTicks: Infinity }]);
  expect(await cache.consume([charge(2)])).toMatchObject([{ outcome: 'allowed', granted: 2, remaining: 0 }]);
});

it('remembers what can never be admitted', async () => {
  expect(await cache.consume([charge(6)])).toMatchObject([{ outcome: 'impossible' }]);
  expect(cache.consume([charge(6)])).toMatchObject([{ outcome: 'impossible', retryTicks: Infinity, remaining: 5 }]);
});

it('keeps apart identities, buckets, quotas and sets of them', async () => {
  await exhaust(charge(5));
  await cache.consume([charge()]);
  const other = quotaOf({ algorithm: 'token-bucket', limit: 60, burst: 6, per: '10m' });
  for (const different of [
    [charge(1, 'ip:2')],
    [charge(1, 'ip:1', slow, 'b')],
    [charge(1, 'ip:1', other)],
    [charge(), charge(1, 'ip:1', slow, 'b')],
    [charge(), charge(1, 'user:1', slow, 'b')],
  ]) {
    expect(answeredBy(cache.consume(different))).toBe('store');
  }
  expect(answeredBy(cache.consume([charge()]))).toBe('cache');
});

it.each(['ip:1', 'user:7'])('tells of every policy of a call (the second for %s)', async (identity) => {
  await exhaust(charge(5));
  const call = [charge(1), charge(2, identity, slow, 'b')];
  await cache.consume(call);
  expect(cache.consume(call)).toMatchObject([
    { outcome: 'denied', remaining: 0, source: 'denial-cache' },
    { outcome: 'allowed', granted: 0, remaining: 5, retryTicks: 0, source: 'denial-cache' },
  ]);
  // What another policy is asked for does not change that this one refuses.
  expect(cache.consume([charge(1), charge(1, identity, slow, 'b')])).toMatchObject([{ outcome: 'denied' }, {}]);
  expect(answeredBy(cache.consume([charge(0), charge(2, identity, slow, 'b')]))).toBe('store');
});

it.each(['reset', 'refund'] as const)('sees a %s of this process at once', async (change) => {
  const [taken] = await cache.consume([charge(5)]);
  await cache.consume([charge()]);
  if (change === 'reset') await cache.reset('a', 'ip:1');
  else await cache.refund(charge(5), 5, taken!.mark);
  expect(await cache.consume([charge()])).toMatchObject([{ outcome: 'allowed' }]);
});

it('does not remember what was decided without the store', async () => {
  const denied = { outcome: 'denied', granted: 0, remaining: 0, retryTicks: 1e9, nextUnitTicks: 1e9 } as const;
  remote.answering = () => [{ ...denied, resetTicks: 1e9, mark: -1, source: 'fallback' }];
  await cache.consume([charge()]);
  expect(answeredBy(cache.consume([charge()]))).toBe('store');
});

it('asks when somebody looks, or takes what is there', async () => {
  await exhaust(charge(5));
  await cache.consume([charge()]);
  remote.reset('a', 'ip:1');
  expect(cache.peek([charge()])).toMatchObject([{ outcome: 'allowed', remaining: 5 }]);
  expect(cache.consumeUpTo(charge(9))).toMatchObject({ granted: 5 });
});

describe('the hold-off', () => {
  const quota = quotaOf({ algorithm: 'token-bucket', limit: 1_000, burst: 100, per: '1s' });
  const quick = (cost = 1): Charge => charge(cost, 'ip:1', quota);

  it('is part of the wait that is told, and is kept', async () => {
    await exhaust(quick(100));
    expect(await cache.consume([quick()])).toMatchObject([{ outcome: 'denied', retryTicks: 25 * TICKS_PER_MS }]);
    pass(24);
    const held = { outcome: 'denied', remaining: 0, retryTicks: TICKS_PER_MS, nextUnitTicks: TICKS_PER_MS };
    expect(cache.consume([quick()])).toMatchObject([held]);
    pass(1);
    expect(await cache.consume([quick()])).toMatchObject([{ outcome: 'allowed', remaining: 24 }]);
  });

  it('is not for who waits in line', async () => {
    await exhaust(quick(100));
    expect(await cache.attempt([quick()])).toMatchObject([{ outcome: 'denied', retryTicks: TICKS_PER_MS }]);
    expect(cache.attempt([quick()])).toMatchObject([{ outcome: 'denied', retryTicks: TICKS_PER_MS }]);
    pass(1);
    expect(answeredBy(cache.consume([quick()]))).toBe('cache');
    expect(await cache.attempt([quick()])).toMatchObject([{ outcome: 'allowed' }]);
  });
});

it('remembers so many denials at most', async () => {
  cache = new DenialCache({ store: remote, nowMs: () => nowMs, most: 100 });
  for (let client = 0; client < 500; client++) await cache.consume([charge(6, `ip:${client}`)]);
  let known = 0;
  for (let client = 0; client < 500; client++) {
    if (answeredBy(cache.consume([charge(6, `ip:${client}`)])) === 'cache') known++;
  }
  expect(known).toBeGreaterThanOrEqual(50);
  expect(known).toBeLessThanOrEqual(100);
});
