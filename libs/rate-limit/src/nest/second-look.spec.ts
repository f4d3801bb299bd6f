import type { FailureReason } from '../engine/failure/store-failure';
import { SecondLook } from './second-look';

function scene(reason: FailureReason, answers = true) {
  const store = {
    mode: 'degraded' as 'degraded' | 'healthy',
    latestFailure: { reason, atMs: performance.now() },
    wellAgain() {
      store.mode = 'healthy';
    },
  };
  const looks: number[] = [];
  const look = new SecondLook(store, () => {
    looks.push(performance.now());
    return Promise.resolve(answers);
  });
  look.begin();
  return { store, looks };
}

describe('a store that was late', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is found well again though nobody asks it', async () => {
    const { store } = scene('timeout');
    await jest.advanceTimersByTimeAsync(900);
    expect(store.mode).toBe('degraded');
    await jest.advanceTimersByTimeAsync(700);
    expect(store.mode).toBe('healthy');
  });

  it('is looked at no more once it is well', async () => {
    const { looks } = scene('timeout');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(looks).toHaveLength(1);
  });

  it('stays as it is while it does not answer', async () => {
    const { store, looks } = scene('timeout', false);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(store.mode).toBe('degraded');
    expect(looks.length).toBeGreaterThan(5);
  });

  it('is left to those that ask it, and to the next decision where it refused', async () => {
    const refusing = scene('unavailable');
    const asked = scene('timeout');
    const asking = setInterval(() => (asked.store.latestFailure = { reason: 'timeout', atMs: performance.now() }), 200);
    await jest.advanceTimersByTimeAsync(10_000);
    clearInterval(asking);
    expect([refusing.looks, asked.looks]).toEqual([[], []]);
  });
});
