import type { Charge, Verdict } from '../../core/store';
import { MemoryStore } from '../../stores/memory/memory-store';
import { FakeClock, quotaOf } from '../../testing';
import { ResilientStore } from './resilient-store';
import type { StoreMode } from './store-mode';
import { unreachableStore } from './unreachable-store.spec-support';

let isDown: boolean;
let clock: FakeClock;
let local: MemoryStore;
let instances: number;
let modes: (readonly [StoreMode, string])[];
let store: ResilientStore;

beforeEach(() => {
  clock = new FakeClock();
  local = new MemoryStore({ clock });
  [isDown, instances, modes] = [true, 4, []];
  const remote = {
    ...unreachableStore,
    peek: (asked: readonly Charge[]) => (isDown ? unreachableStore.peek(asked) : []),
  };
  const onModeChange = (...change: [StoreMode, string]) => modes.push(change);
  store = new ResilientStore({ remote, local, clock, deadlineMs: 100, instances: () => instances, onModeChange });
});

afterEach(() => {
  local.close();
});

const quota = quotaOf({ algorithm: 'fixed-window', limit: 20, per: '1m' });
const charge = (cost: number, of = quota): Charge => ({ bucketId: of.algorithm, identity: 'ip:1', quota: of, cost });
const consume = (one: Charge): Verdict => (store.consume([one]) as readonly Verdict[])[0]!;
const left = (of = quota): number => consume(charge(0, of)).remaining;

describe('one of four instances', () => {
  it('lets through a quarter of the limit, and says so', () => {
    expect(consume(charge(3))).toMatchObject({ outcome: 'allowed', remaining: 2 });
    expect(consume(charge(3))).toMatchObject({ outcome: 'denied', remaining: 2 });
  });

  it('lets through a cost above its share when the share is untouched', () => {
    expect(consume(charge(12))).toMatchObject({ outcome: 'allowed', granted: 12, remaining: 0 });
    const denied = consume(charge(12));
    expect(denied).toMatchObject({ outcome: 'denied', granted: 0 });
    clock.advanceTicks(denied.retryTicks);
    expect(consume(charge(12))).toMatchObject({ outcome: 'allowed', granted: 12 });
  });

  it('calls impossible only what was impossible before', () => {
    const impossible = { outcome: 'impossible', granted: 0, remaining: 5, retryTicks: Infinity, source: 'fallback' };
    expect(consume(charge(21))).toMatchObject(impossible);
    const nothing = quotaOf({ algorithm: 'sliding-window', limit: 0, per: '1m' });
    expect(consume(charge(1, nothing))).toMatchObject({ ...impossible, remaining: 0 });
    expect(store.consumeUpTo(charge(1, nothing))).toMatchObject({ ...impossible, remaining: 0 });
    expect(store.consumeUpTo({ ...charge(1, nothing), onStoreFailure: 'open' })).toMatchObject({
      outcome: 'impossible',
    });
  });

  it('grants in part what its share holds', () => {
    expect(store.consumeUpTo(charge(12))).toMatchObject({ outcome: 'allowed', granted: 5, remaining: 0 });
  });

  it('gives back of a cost that was cut no more than was counted, in whatever steps', () => {
    const { mark } = consume(charge(12));
    let returned = 0;
    for (const units of [1, 4, 4, 2, 1]) returned += Number(store.refund(charge(12), units, mark));
    expect(returned).toBeLessThanOrEqual(12);
    expect(left()).toBe(2);
    expect(store.refund(charge(12), 12, consume(charge(2)).mark)).toBeLessThanOrEqual(12);
    expect(left()).toBe(5);
  });

  it('gives back no more than was counted when there are fewer instances since', () => {
    const { mark } = consume(charge(12));
    instances = 1;
    consume(charge(8));
    expect(left()).toBe(7);
    void store.refund(charge(12), 12, mark);
    expect(left()).toBe(12);
  });

  it('goes on with what it has used when the number of instances changes', () => {
    consume(charge(4));
    instances = 2;
    expect(left()).toBe(6);
    instances = 10;
    expect(left()).toBe(0);
  });

  it.each([0, -3, NaN, 0.5])('takes %d instances for one', (count) => {
    instances = count;
    expect(left()).toBe(20);
  });
});

describe('the mode', () => {
  it('is told once per change, with the reason', () => {
    for (let i = 0; i < 3; i++) consume(charge(0));
    isDown = false;
    for (let i = 0; i < 3; i++) void store.peek([]);
    expect(modes).toEqual([
      ['degraded', 'The breaker is open.'],
      ['healthy', 'the rate limit store answers again.'],
    ]);
    consume(charge(0));
    expect([modes.length, store.mode]).toEqual([3, 'degraded']);
  });

  it('is not healthy again by an answer to a call made before', async () => {
    let answer: (verdicts: readonly Verdict[]) => void = () => undefined;
    const peek = () => new Promise<readonly Verdict[]>((resolve) => (answer = resolve));
    const remote = { ...unreachableStore, peek };
    store = new ResilientStore({ remote, local, clock, deadlineMs: 100, instances: () => 1 });
    const early = store.peek([]);
    const answerEarly = answer;
    await new Promise(setImmediate);
    consume(charge(0));
    const late = store.peek([]);
    answerEarly([]);
    await early;
    expect(store.mode).toBe('degraded');
    answer([]);
    await late;
    expect(store.mode).toBe('healthy');
  });

  it('survives a listener that throws', () => {
    const onModeChange = () => {
      throw new Error('logger');
    };
    store = new ResilientStore({
      remote: unreachableStore,
      local,
      clock,
      deadlineMs: 100,
      instances: () => 1,
      onModeChange,
    });
    expect(consume(charge(1))).toMatchObject({ outcome: 'allowed' });
  });
});
