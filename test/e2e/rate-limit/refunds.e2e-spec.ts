import { Controller, Get } from '@nestjs/common';
import {
  decisionOf,
  MemoryStore,
  Operations,
  RateLimit,
  type RateLimiter,
  type RateLimitContext,
} from 'nest-floodgate';
import { FakeClock } from 'nest-floodgate/testing';
import { type LimitedApp, startLimited } from './app';

@Controller()
class RootController {
  @Get()
  @RateLimit('search')
  root(): void {}

  @Get('watched')
  @RateLimit('search', 'watched')
  watched(): void {}
}

let app: LimitedApp;
let limiter: RateLimiter;
let clock: FakeClock;
let lastRequest: RateLimitContext['request'];

beforeEach(async () => {
  clock = new FakeClock();
  app = await startLimited({
    controllers: [RootController],
    options: {
      store: new MemoryStore({ clock }),
      policies: {
        search: {
          limit: 10,
          per: '1m',
          cost: ({ request }) => {
            lastRequest = request;
            return 4;
          },
        },
        watched: { limit: 2, per: '1m', mode: 'shadow' },
        window: { limit: 10, per: '1m' },
        fixed: { limit: 10, per: '1h', algorithm: 'fixed-window' },
        bucket: { limit: 60, per: '1m', algorithm: 'token-bucket', burst: 10 },
      },
    },
  });
  limiter = app.limiter;
});

describe('a refund', () => {
  it.each(['window', 'fixed', 'bucket'])('gives back what a decision took, once: %s', async (policy) => {
    await limiter.consume(policy, 'ada', { cost: 2 });
    const decision = await limiter.consume(policy, 'ada', { cost: 5 });
    expect(decision.remaining).toBe(3);
    expect(await limiter.refund(decision)).toBe(5);
    expect(await limiter.peek(policy, 'ada')).toMatchObject({ remaining: 8 });
    expect(await limiter.refund(decision)).toBe(0);
    expect(await limiter.peek(policy, 'ada')).toMatchObject({ remaining: 8 });
  });

  it.each(['window', 'fixed', 'bucket'])('may be of a part, and then of the rest: %s', async (policy) => {
    const decision = await limiter.consume(policy, 'ada', { cost: 5 });
    expect(await limiter.refund(decision, 2)).toBe(2);
    expect(await limiter.peek(policy, 'ada')).toMatchObject({ remaining: 7 });
    expect(await limiter.refund(decision, 100)).toBe(3);
    expect(await limiter.peek(policy, 'ada')).toMatchObject({ remaining: 10 });
    expect(await limiter.refund(decision, 1)).toBe(0);
  });

  it.each([
    ['window', 60_000],
    ['fixed', 3_600_000],
    ['bucket', 10_000],
  ])('gives nothing back that time gave back already: %s', async (policy, ms) => {
    const decision = await limiter.consume(policy, 'ada', { cost: 10 });
    clock.advance(ms);
    await limiter.consume(policy, 'ada', { cost: 6 });
    expect(await limiter.refund(decision)).toBe(0);
    expect(await limiter.peek(policy, 'ada')).toMatchObject({ remaining: 4 });
  });

  it('gives nothing back of a refusal, a peek, or a copy', async () => {
    const first = await limiter.consume('window', 'ada', { cost: 10 });
    expect(await limiter.refund(await limiter.consume('window', 'ada'))).toBe(0);
    expect(await limiter.refund(await limiter.peek('window', 'ada'))).toBe(0);
    expect(await limiter.refund(JSON.parse(JSON.stringify(first)))).toBe(0);
    expect(await limiter.peek('window', 'ada')).toMatchObject({ remaining: 0 });
  });

  it('gives back a partial grant as far as it was granted', async () => {
    await limiter.consume('window', 'ada', { cost: 7 });
    const part = await limiter.consume('window', 'ada', { cost: 9, partial: true });
    expect(part.granted).toBe(3);
    expect(await limiter.refund(part)).toBe(3);
    expect(await limiter.peek('window', 'ada')).toMatchObject({ remaining: 3 });
  });

  it('gives back every policy of a decision', async () => {
    const decision = await limiter.consume(['window', 'fixed', 'bucket'], 'ada', { cost: 4 });
    expect(await limiter.refund(decision)).toBe(4);
    for (const policy of ['window', 'fixed', 'bucket']) {
      expect(await limiter.peek(policy, 'ada')).toMatchObject({ remaining: 10 });
    }
  });

  it('gives back what a request took', async () => {
    const client = app.client();
    await client.get('/');
    expect(await limiter.peek('search', client.address, { cost: 1 })).toMatchObject({ remaining: 6 });
    const decision = decisionOf(lastRequest)!;
    expect(decision).toMatchObject({ policy: 'search', granted: 4 });
    expect(await limiter.refund(decision)).toBe(4);
    expect(await limiter.peek('search', client.address, { cost: 1 })).toMatchObject({ remaining: 10 });
  });

  it('gives back what a policy in shadow mode counted of a request', async () => {
    const client = app.client();
    const shadowDenied = () => app.app.get(Operations).report().statistics.policies['watched']!.shadowDenied;
    for (let i = 0; i < 4; i++) {
      await client.get('/watched');
      await limiter.refund(decisionOf(lastRequest)!);
    }
    expect(shadowDenied()).toBe(0);
    await client.get('/watched');
    await client.get('/watched');
    expect(shadowDenied()).toBe(0);
    await limiter.reset('search', client.address);
    await client.get('/watched');
    expect(shadowDenied()).toBe(1);
  });

  it.each([NaN, -1, '3' as never])('cannot be of %s units', async (units) => {
    const decision = await limiter.consume('window', 'ada');
    await expect(limiter.refund(decision, units)).rejects.toMatchObject({ code: 'CALL_INVALID' });
    expect(await limiter.peek('window', 'ada')).toMatchObject({ remaining: 9 });
  });

  it('never gives back more than was taken, however often it is asked for at once', async () => {
    const decision = await limiter.consume('window', 'ada', { cost: 5 });
    const refunds = await Promise.all(Array.from({ length: 10 }, () => limiter.refund(decision, 2)));
    expect(refunds.reduce((sum, units) => sum + units)).toBe(5);
    expect(await limiter.peek('window', 'ada')).toMatchObject({ remaining: 10 });
  });
});
