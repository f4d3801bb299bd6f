import { Controller, Get } from '@nestjs/common';
import {
  MemoryStore,
  Operations,
  RateLimit,
  type RateLimitModuleOptions,
  type RateLimitStore,
  StoreUnavailableError,
} from 'nest-floodgate';
import { adapters } from '../../support/apps';
import { tally, times } from '../../support/client';
import { type LimitedApp, startLimited } from './app';

@Controller()
class PagesController {
  @Get('local') @RateLimit('local') local(): string {
    return 'local';
  }
  @Get('open') @RateLimit('open') open(): string {
    return 'open';
  }
  @Get('closed') @RateLimit('closed') closed(): string {
    return 'closed';
  }
  @Get('mixed') @RateLimit('open', 'closed', 'local') mixed(): string {
    return 'mixed';
  }
}

/** A shared store that nobody can reach. */
const unreachable = (): Promise<never> => Promise.reject(new StoreUnavailableError('Nobody is there.', false));
const brokenStore: RateLimitStore = {
  source: 'redis',
  consume: unreachable,
  consumeUpTo: unreachable,
  peek: unreachable,
  refund: unreachable,
  reset: unreachable,
};

const policies = {
  local: { limit: 3, per: '1m' },
  open: { limit: 3, per: '1m', onStoreFailure: 'open' },
  closed: { limit: 3, per: '1m', onStoreFailure: 'closed' },
} as const;

describe.each(adapters)('without its store, on %s,', (adapter) => {
  const start = (options: RateLimitModuleOptions = {}): Promise<LimitedApp> =>
    startLimited({ adapter, controllers: [PagesController], options: { store: brokenStore, policies, ...options } });

  it('a policy counts in this process', async () => {
    const app = await start();
    const client = app.client();
    const responses = await times(5, () => client.get('/local'));
    expect(tally(responses)).toEqual({ 200: 3, 429: 2 });
    expect(responses[0]?.headers['ratelimit']).toBe('"local";r=2;t=60');
    const said = await app.limiter.peek('local', client.address);
    expect(said).toMatchObject({ outcome: 'denied', source: 'fallback' });
  });

  it('a policy can let everything pass', async () => {
    const client = (await start()).client();
    expect(tally(await times(5, () => client.get('/open')))).toEqual({ 200: 5 });
  });

  it('a policy can let nothing pass, which is no fault of the client', async () => {
    const response = await (await start()).client().get('/closed');
    expect(response.status).toBe(503);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.body).toEqual({
      type: 'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity',
      title: 'Service temporarily unavailable',
      status: 503,
      detail: 'Requests cannot be counted at the moment, so none is admitted. Try again in a moment.',
      'violated-policies': ['closed'],
    });
    expect(response.headers).not.toHaveProperty('ratelimit');
  });

  it('the strictest of several decides, and nothing is counted', async () => {
    const client = (await start()).client();
    expect(tally(await times(5, () => client.get('/mixed')))).toEqual({ 503: 5 });
    expect(tally(await times(3, () => client.get('/local')))).toEqual({ 200: 3 });
  });

  it('policies follow the module where they do not say', async () => {
    const client = (await start({ onStoreFailure: 'closed', response: 'nest' })).client();
    const response = await client.get('/local');
    expect(response.status).toBe(503);
    expect(response.body).toMatchObject({ statusCode: 503, error: 'Service temporarily unavailable' });
    expect((await client.get('/open')).status).toBe(200);
  });

  it('calls by code reject where nothing may pass', async () => {
    const { limiter } = await start();
    await expect(limiter.consume('closed', 'somebody')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(limiter.consume('local', 'somebody')).resolves.toMatchObject({ source: 'fallback' });
  });

  it('calls by code that were refused for it are counted, each once, and looks are not', async () => {
    const { app, limiter } = await start();
    const counted = (): unknown => {
      const { calls, policies: each } = app.get(Operations).statistics.snapshot();
      return [calls.errors, each['closed']?.errors, each['open']?.errors, calls.allowed];
    };
    await limiter.consume('open', 'somebody');
    for (const failing of [
      limiter.consume('closed', 'somebody'),
      limiter.consume(['open', 'closed'], 'somebody'),
      limiter.consume('closed', 'somebody', { partial: true }),
      limiter.wait('closed', 'somebody'),
      limiter.peek('closed', 'somebody'),
    ]) {
      await expect(failing).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
    expect(counted()).toEqual([4, 4, 1, 1]);
    limiter.addPolicy('watched', { limit: 3, per: '1m', mode: 'shadow' });
    await expect(limiter.consume(['watched', 'closed'], 'somebody')).rejects.toThrow();
    await expect(limiter.consume('closed', 'somebody', { limit: 0.5 })).rejects.toThrow();
    expect(counted()).toEqual([5, 5, 1, 1]);
  });

  it('says so once, though it answers now and then', async () => {
    const memory = new MemoryStore();
    let calls = 0;
    const consume: RateLimitStore['consume'] = (charges) =>
      ++calls % 2 === 0 ? memory.consume(charges) : unreachable();
    const app = await start({ store: { ...brokenStore, consume } });
    const endMs = performance.now() + 1_000;
    while (performance.now() < endMs) await app.client().get('/local');
    expect(calls).toBeGreaterThan(10);
    const lines = [...app.log.errors, ...app.log.warnings];
    expect(lines).toEqual([
      "The rate limit store does not decide: Nobody is there. Each policy's onStoreFailure does.",
    ]);
  });
});
