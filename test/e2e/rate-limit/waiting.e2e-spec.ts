import type { Decision, RateLimiter } from 'nest-floodgate';
import { getEventListeners } from 'node:events';
import { startLimited } from './app';

/** Long enough to tell waiting from not waiting, short enough for a test. */
const UNIT_MS = 20;

let limiter: RateLimiter;

beforeEach(async () => {
  const app = await startLimited({
    options: {
      policies: {
        outbound: { limit: 1000 / UNIT_MS, per: '1s', algorithm: 'token-bucket', burst: 1 },
        pair: { limit: 1000 / UNIT_MS, per: '1s', algorithm: 'token-bucket', burst: 2 },
        crowd: { limit: 2, per: '1h', algorithm: 'token-bucket' },
        hourly: { limit: 1, per: '1h' },
      },
    },
  });
  limiter = app.limiter;
});

async function timed<Value>(work: Promise<Value>): Promise<{ value: Value; ms: number }> {
  const startMs = performance.now();
  const value = await work;
  return { value, ms: performance.now() - startMs };
}

describe('waiting', () => {
  it('ends at once where there is room', async () => {
    expect(await limiter.wait('outbound', 'api')).toMatchObject({ allowed: true, granted: 1 });
  });

  it('ends when there is room', async () => {
    // From before the unit is taken: it comes back that much later, however late somebody begins to wait.
    const startMs = performance.now();
    await limiter.consume('outbound', 'api');
    expect(await limiter.wait('outbound', 'api')).toMatchObject({ allowed: true, granted: 1 });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(UNIT_MS - 2);
  });

  it('is first come, first served', async () => {
    const order: number[] = [];
    await Promise.all([0, 1, 2, 3].map(async (i) => limiter.wait('outbound', 'api').then(() => order.push(i))));
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('holds up nobody with another key', async () => {
    await limiter.consume('outbound', 'api');
    const waiting = limiter.wait('outbound', 'api');
    expect(await limiter.wait('outbound', 'other', { maxWaitMs: 0 })).toMatchObject({ allowed: true });
    await waiting;
  });

  it('is refused at once where it would take too long', async () => {
    await limiter.consume('hourly', 'api');
    const { value, ms } = await timed(limiter.wait('hourly', 'api', { maxWaitMs: 10_000 }));
    expect(value).toMatchObject({ allowed: false, outcome: 'denied', granted: 0 });
    expect(ms).toBeLessThan(1_000);
  });

  it('is refused at once where it is impossible', async () => {
    expect(await limiter.wait('outbound', 'api', { cost: 2 })).toMatchObject({ outcome: 'impossible' });
  });

  it('is refused at the latest when its time is over', async () => {
    const results = await Promise.all(
      Array.from({ length: 6 }, () => limiter.wait('outbound', 'api', { maxWaitMs: 2.5 * UNIT_MS })),
    );
    const allowed = results.filter((decision) => decision.allowed);
    expect(allowed.length).toBeGreaterThanOrEqual(1);
    expect(allowed.length).toBeLessThanOrEqual(3);
    expect(results[5]).toMatchObject({ allowed: false });
  });

  it('is allowed only what it is charged, even when its time is over behind somebody who waits for more', async () => {
    await limiter.consume('pair', 'api');
    const ahead = limiter.wait('pair', 'api', { cost: 2 });
    const behind = await limiter.wait('pair', 'api', { cost: 1, maxWaitMs: 0 });
    expect(behind.granted).toBe(behind.allowed ? 1 : 0);
    expect(await ahead).toMatchObject({ allowed: true, granted: 2 });
  });

  it('serves as many as there is room for when all come at once and none can wait', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => limiter.wait('crowd', 'api', { maxWaitMs: 0 })));
    const allowed = answers.filter((answer) => answer.allowed);
    expect(allowed).toHaveLength(2);
    expect(allowed.every(({ granted }) => granted === 1)).toBe(true);
  });

  it('ends with the reason of an abort, and charges nothing', async () => {
    await limiter.consume('hourly', 'api');
    const controller = new AbortController();
    const waiting = limiter.wait('hourly', 'api', { signal: controller.signal });
    setTimeout(() => {
      controller.abort(new Error('the client left'));
    }, 5);
    await expect(waiting).rejects.toThrow('the client left');
    const aborted = limiter.wait('outbound', 'api', { signal: AbortSignal.abort(new Error('too late')) });
    await expect(aborted).rejects.toThrow('too late');
    expect(await limiter.peek('outbound', 'api')).toMatchObject({ remaining: 1 });
  });

  it('lets those behind it move up when it is aborted', async () => {
    await limiter.consume('outbound', 'api');
    const controller = new AbortController();
    const first = limiter.wait('outbound', 'api', { signal: controller.signal });
    const second = limiter.wait('outbound', 'api');
    controller.abort(new Error('the client left'));
    await expect(first).rejects.toThrow('the client left');
    const decision: Decision = await second;
    expect(decision).toMatchObject({ allowed: true });
  });

  it('ends at once when somebody resets the key or gives back what it used', async () => {
    const taken = await limiter.consume('hourly', 'api');
    const [first, second] = [limiter.wait('hourly', 'api'), limiter.wait('hourly', 'api')];
    await limiter.refund(taken);
    expect(await first).toMatchObject({ allowed: true });
    await limiter.reset('hourly', 'api');
    expect(await second).toMatchObject({ allowed: true });
  });

  it('goes by the policy as it is by then, and ends where it is gone', async () => {
    await limiter.consume('hourly', 'api');
    const waiting = limiter.wait('hourly', 'api');
    limiter.removePolicy('hourly');
    limiter.addPolicy('hourly', { limit: 2, per: '1h' });
    expect(await waiting).toMatchObject({ allowed: true, limit: 2 });
    const stranded = limiter.wait('hourly', 'api');
    limiter.removePolicy('hourly');
    await expect(stranded).rejects.toMatchObject({ code: 'POLICY_UNKNOWN' });
  });

  it('leaves nothing with a signal that outlives it, and listens once for all who wait with it', async () => {
    const { signal } = new AbortController();
    const waiting = Array.from({ length: 20 }, () => limiter.wait('outbound', 'api', { signal }));
    await waiting[1];
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await Promise.all(waiting);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(dependantsOf(signal)).toBe(0);
  });
});

/** Signals that \`AbortSignal.any\` made of this one; it keeps them for as long as it lives. */
function dependantsOf(signal: AbortSignal): number {
  const field = Object.getOwnPropertySymbols(signal).find(({ description }) => description === 'kDependantSignals');
  const kept = field && (signal as unknown as Record<symbol, Set<unknown> | undefined>)[field];
  return kept?.size ?? 0;
}
