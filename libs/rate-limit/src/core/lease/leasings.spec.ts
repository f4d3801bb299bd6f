import { FakeClock, quotaOf, TICKS_PER_MS } from '../../testing';
import { SharedMemory } from '../../testing/shared-memory';
import type { Quota } from '../quota';
import type { Charge } from '../store';
import type { LeaseGrant } from './lease';

const LIFE_MS = 200;
const bucket = quotaOf({ algorithm: 'token-bucket', limit: 100, per: '1s', burst: 50 });
const sliding = quotaOf({ limit: 100, per: '10s' });
const fixed = quotaOf({ algorithm: 'fixed-window', limit: 100, per: '10s' });

let clock: FakeClock;
let store: SharedMemory;
beforeEach(() => {
  clock = new FakeClock();
  store = new SharedMemory({ clock });
});

const chargeOf = (quota: Quota, cost = 1): Charge => ({ bucketId: quota.algorithm, identity: 'ip:1', quota, cost });
const lease = (charges: readonly Charge[], calls: number, share = 1): LeaseGrant =>
  store.lease(charges, { calls, share, lifeTicks: LIFE_MS * TICKS_PER_MS });
const remaining = (quota: Quota) => store.peek([chargeOf(quota)])[0]?.remaining;

describe.each([
  ['token bucket', bucket, 50],
  ['sliding window', sliding, 100],
  ['fixed window', fixed, 100],
])('%s', (_name, quota, capacity) => {
  test('a lease is charged when it is granted', () => {
    expect(lease([chargeOf(quota)], 20)).toMatchObject({ calls: 20, verdicts: [{ remaining: capacity - 20 }] });
    expect(remaining(quota)).toBe(capacity - 20);
  });

  test('what is not there is not leased', () => {
    expect(lease([chargeOf(quota, 7)], 1_000)).toMatchObject({ calls: Math.floor(capacity / 7) });
    expect(lease([chargeOf(quota, 7)], 1).calls).toBe(0);
  });

  test('only a part of what is left is leased', () => {
    expect(lease([chargeOf(quota)], 1_000, 4).calls).toBe(Math.floor(capacity / 4));
    expect(lease([chargeOf(quota)], 1_000, 1_000)).toMatchObject({ calls: 0, verdicts: [{ outcome: 'allowed' }] });
  });

  test('calls not made come back', () => {
    const { endTick } = lease([chargeOf(quota, 2)], 10);
    store.giveBack([chargeOf(quota, 2)], { spent: 4, unspent: 6, endTick });
    expect(remaining(quota)).toBe(capacity - 8);
  });

  test('a return that comes when the lease is over changes nothing', () => {
    const { endTick } = lease([chargeOf(quota)], capacity);
    clock.advance(LIFE_MS);
    const before = remaining(quota);
    store.giveBack([chargeOf(quota)], { spent: 0, unspent: capacity, endTick });
    expect(remaining(quota)).toBe(before);
  });

  test('leaves no trace in what is kept once everything came back', () => {
    store.consume([chargeOf(quota)]);
    const before = structuredClone(store.identities);
    const { endTick } = lease([chargeOf(quota)], 10);
    store.giveBack([chargeOf(quota)], { spent: 0, unspent: 10, endTick });
    expect(store.identities).toEqual(before);
  });
});

describe('a token bucket', () => {
  test('does not refill what is out', () => {
    lease([chargeOf(bucket)], 30);
    clock.advance(LIFE_MS - 1);
    expect(remaining(bucket)).toBe(20);
  });

  test('counts what nobody told of as spent when its lease ends', () => {
    lease([chargeOf(bucket)], 30);
    clock.advance(LIFE_MS + 100);
    expect(remaining(bucket)).toBe(30);
  });

  test('refills what was spent once it is told', () => {
    const { endTick } = lease([chargeOf(bucket)], 30);
    clock.advance(100);
    store.giveBack([chargeOf(bucket)], { spent: 30, unspent: 0, endTick });
    clock.advance(50);
    expect(remaining(bucket)).toBe(25);
  });

  test('keeps strict calls from what is out', () => {
    lease([chargeOf(bucket)], 30);
    clock.advance(LIFE_MS - 1);
    expect(store.consume([chargeOf(bucket, 21)])[0]?.outcome).toBe('denied');
    expect(store.consume([chargeOf(bucket, 20)])[0]?.outcome).toBe('allowed');
  });

  test('waits for the last of several leases', () => {
    lease([chargeOf(bucket)], 10);
    clock.advance(LIFE_MS - 10);
    lease([chargeOf(bucket)], 10);
    clock.advance(LIFE_MS - 20);
    expect(remaining(bucket)).toBe(30);
  });

  test('is empty, and no more, where it was leased at a higher rate and nobody tells of the lease', () => {
    const lower: Charge = {
      ...chargeOf(quotaOf({ algorithm: 'token-bucket', limit: 10, per: '1m' })),
      bucketId: bucket.algorithm,
    };
    lease([chargeOf(bucket)], 50);
    const [held] = store.peek([lower]);
    expect(held).toMatchObject({ outcome: 'denied', remaining: 0, retryTicks: 6_000 * TICKS_PER_MS });
    clock.advance(LIFE_MS + 6_000);
    expect(store.peek([lower])[0]).toMatchObject({ outcome: 'allowed', remaining: 1 });
    clock.advance(54_000);
    expect(store.peek([lower])[0]).toMatchObject({ remaining: 10, resetTicks: 0 });
  });

  test('believes no end that only a clock that stepped back can explain', () => {
    lease([chargeOf(bucket)], 50);
    clock.advance(-3_600_000);
    expect(store.consume([chargeOf(bucket)])[0]?.outcome).toBe('denied');
    clock.advance(10_000 + 500);
    expect(remaining(bucket)).toBe(50);
  });
});

test('a sliding window holds a lease from its end on, and what is still held of before', () => {
  store.consume([chargeOf(sliding, 40)]);
  clock.advance(9_900);
  lease([chargeOf(sliding)], 60);
  expect(remaining(sliding)).toBe(0);
  clock.advance(100);
  expect(remaining(sliding)).toBe(40);
  clock.advance(9_999);
  expect(remaining(sliding)).toBe(40);
  clock.advance(101);
  expect(remaining(sliding)).toBe(100);
});

test('a lease of a fixed window dies with the window', () => {
  clock.advance(9_950);
  expect(lease([chargeOf(fixed)], 10).lifeTicks).toBe(50 * TICKS_PER_MS);
  expect(lease([chargeOf(bucket), chargeOf(fixed)], 10).lifeTicks).toBe(50 * TICKS_PER_MS);
});

test('a lease of several policies is of whole calls: the scarcest says how many', () => {
  store.consume([chargeOf(fixed, 95)]);
  expect(lease([chargeOf(bucket, 2), chargeOf(sliding), chargeOf(fixed)], 30).calls).toBe(5);
  expect([remaining(bucket), remaining(sliding), remaining(fixed)]).toEqual([40, 95, 0]);
});
