import type { FailureReason } from '../engine/failure/store-failure';
import { SecondLook } from './second-look';

function scene(reason: FailureReason, answers = true) {
  const store = {
    mode: 'degraded' as 'degraded' | 'healthy',
    latestFailure: { reason, identities: ['ip:1', 'user:1', 'ip:1'], atMs: performance.now() },
    wellAgain() {
      store.mode = 'healthy';
    },
  };
  const looks: number[] = [];
  const decisions: string[][] = [];
  const look = new SecondLook(
    store,
    () => {
      looks.push(performance.now());
      return Promise.resolve(answers);
    },
    {
      consume: (charges) => {
        decisions.push(charges.map(({ identity }) => identity));
        return answers ? Promise.resolve([]) : Promise.reject(new Error('OOM'));
      },
    },
  );
  look.begin();
  return { store, looks, decisions };
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

  it('is left to those that ask it', async () => {
    const { store, looks } = scene('timeout');
    const asking = setInterval(() => {
      store.latestFailure = { ...store.latestFailure, atMs: performance.now() };
    }, 200);
    await jest.advanceTimersByTimeAsync(10_000);
    clearInterval(asking);
    expect(looks).toEqual([]);
  });
});

describe('a store that refused', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is found well again by a decision for whom it refused', async () => {
    const { store, looks, decisions } = scene('unavailable');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(store.mode).toBe('healthy');
    expect([looks, decisions]).toEqual([[], [['ip:1', 'user:1']]]);
  });

  it('stays as it is while it refuses', async () => {
    const { store, decisions } = scene('unavailable', false);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(store.mode).toBe('degraded');
    expect(decisions.length).toBeGreaterThan(5);
  });
});
