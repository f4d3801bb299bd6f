import type { Charge } from '../../core/store';
import { FakeClock } from '../../testing/fake-clock';
import { quotaOf } from '../../testing/simulated-bucket';
import { MemoryStore } from './memory-store';

const minutely = quotaOf({ algorithm: 'sliding-window', limit: 10, per: '1m' });
const charge = (identity: string, quota = minutely): Charge => ({ bucketId: 'policy', identity, quota, cost: 1 });

describe('a memory store and time', () => {
  let clock: FakeClock;
  let store: MemoryStore;

  beforeEach(() => {
    jest.useFakeTimers();
    clock = new FakeClock();
    store = new MemoryStore({ clock });
  });
  afterEach(() => {
    store.close();
    jest.useRealTimers();
  });

  it('drops expired buckets as new ones come', () => {
    for (let i = 0; i < 20_000; i++) {
      store.consume([charge(`ip:${i}`)]);
      clock.advance(60);
    }
    // 1,000 of them are in use at any time.
    expect(store.size).toBeLessThan(3_000);
  });

  it('drops all expired buckets while idle', () => {
    for (let i = 0; i < 20_000; i++) store.consume([charge(`ip:${i}`)]);
    clock.advance(60_000);
    jest.advanceTimersByTime(1_000);
    expect(store.size).toBeGreaterThan(10_000);
    jest.advanceTimersByTime(3_000);
    expect(store.size).toBe(0);
  });

  it('keeps what is in use, also through windows longer than a timer can be', () => {
    const yearly = quotaOf({ algorithm: 'fixed-window', limit: 10, per: '365d' });
    store.consume([charge('ip:1', yearly)]);
    for (let month = 0; month < 11; month++) {
      clock.advance(30 * 86_400_000);
      jest.advanceTimersByTime(2_000);
      expect(store.peek([charge('ip:1', yearly)])[0]?.remaining).toBe(9);
    }
    clock.advance(60 * 86_400_000);
    jest.advanceTimersByTime(1_000);
    expect(store.size).toBe(0);
  });

  it('has one timer however many buckets, and none once it is closed', () => {
    for (let i = 0; i < 1_000; i++) store.consume([charge(`ip:${i}`)]);
    expect(jest.getTimerCount()).toBe(1);
    store.close();
    expect(jest.getTimerCount()).toBe(0);
    expect(store.size).toBe(0);
  });

  it('does not keep the process alive', () => {
    jest.useRealTimers();
    const setInterval = jest.spyOn(globalThis, 'setInterval');
    const idle = new MemoryStore();
    const timer = setInterval.mock.results[0]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    idle.close();
    setInterval.mockRestore();
  });
});
