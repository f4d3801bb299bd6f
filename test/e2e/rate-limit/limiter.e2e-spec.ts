import type { RateLimiter } from 'nest-floodgate';
import type { FakeClock } from 'nest-floodgate/testing';
import { type LimitedApp, remaining } from './app';
import { startWithClock } from './limiter-app';

let app: LimitedApp;
let limiter: RateLimiter;
let clock: FakeClock;

beforeEach(async () => {
  ({ app, clock } = await startWithClock());
  limiter = app.limiter;
});

describe('consume', () => {
  it('tells what it decided', async () => {
    const decision = await limiter.consume('search', 'ada');
    expect(JSON.parse(JSON.stringify(decision))).toEqual({
      allowed: true,
      policy: 'search',
      outcome: 'allowed',
      limit: 10,
      windowSeconds: 60,
      cost: 1,
      granted: 1,
      remaining: 9,
      retryAfterMs: 0,
      nextUnitAfterMs: 60_000,
      resetAfterMs: 60_000,
      source: 'memory',
      policies: [expect.objectContaining({ policy: 'search', remaining: 9 })],
    });
  });

  it('takes the cost of the call, else that of the policy', async () => {
    expect(await limiter.consume('search', 'ada', { cost: 3 })).toMatchObject({ remaining: 7 });
    expect(await limiter.consume('search', 'ada', { cost: 0 })).toMatchObject({ allowed: true, remaining: 7 });
    expect(await limiter.consume('weighted', 'ada')).toMatchObject({ cost: 4, remaining: 6 });
  });

  it('refuses with a decision, not with an error', async () => {
    await limiter.consume('hourly', 'ada', { cost: 3 });
    clock.advance(600_000);
    expect(await limiter.consume('hourly', 'ada')).toMatchObject({
      allowed: false,
      outcome: 'denied',
      granted: 0,
      remaining: 0,
      retryAfterMs: 3_000_000,
    });
    expect(await limiter.consume('hourly', 'ada', { cost: 4 })).toMatchObject({
      outcome: 'impossible',
      retryAfterMs: Infinity,
    });
  });

  it('charges several policies, or none of them', async () => {
    expect(await limiter.consume(['search', 'hourly'], 'ada', { cost: 3 })).toMatchObject({ allowed: true });
    const refused = await limiter.consume(['search', 'hourly'], 'ada');
    expect(refused).toMatchObject({ allowed: false, policy: 'hourly', retryAfterMs: 3_600_000 });
    expect(refused.policies.map(({ policy, outcome, granted }) => ({ policy, outcome, granted }))).toEqual([
      { policy: 'search', outcome: 'allowed', granted: 0 },
      { policy: 'hourly', outcome: 'denied', granted: 0 },
    ]);
    expect(await limiter.peek('search', 'ada')).toMatchObject({ remaining: 7 });
  });

  it('charges several policies, each with a key and a cost of its own', async () => {
    const calls = [
      { policy: 'search', key: 'ada', cost: 2 },
      { policy: 'search', key: 'bob', cost: 3 },
      { policy: 'hourly', key: 'ada' },
    ];
    const decision = await limiter.consume(calls);
    expect(decision.policies.map((each) => each.remaining)).toEqual([8, 7, 2]);
  });

  it('may take as much as is there', async () => {
    expect(await limiter.consume('search', 'ada', { cost: 7, partial: true })).toMatchObject({ granted: 7 });
    expect(await limiter.consume('search', 'ada', { cost: 7, partial: true })).toMatchObject({
      allowed: true,
      granted: 3,
      remaining: 0,
    });
    expect(await limiter.consume('search', 'ada', { cost: 7, partial: true })).toMatchObject({ granted: 0 });
  });

  it.each(['shadow', 'off'] as const)(
    'may take all of a policy that is %s, and gives nothing of it back',
    async (mode) => {
      limiter.addPolicy('job', { limit: 5, per: '1h', mode });
      const decision = await limiter.consume('job', 'ada', { cost: 100, partial: true });
      expect(decision).toMatchObject({ allowed: true, granted: 100 });
      expect(await limiter.refund(decision)).toBe(0);
    },
  );

  it('shares its bucket with the requests of a named policy', async () => {
    const client = app.client();
    expect(remaining(await client.get('/', { 'x-client': 'ada' }))).toEqual({ search: 9, client: 4 });
    expect(await limiter.consume('search', client.address)).toMatchObject({ remaining: 8 });
    expect(await limiter.consume('client', 'ada')).toMatchObject({ remaining: 3 });
    expect(remaining(await client.get('/', { 'x-client': 'ada' }))).toEqual({ search: 7, client: 2 });
  });
});

describe('allow, peek and reset', () => {
  it('allow tells only whether it may go on', async () => {
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await limiter.allow('hourly', 'ada'));
    expect(answers).toEqual([true, true, true, false]);
  });

  it('peek takes nothing', async () => {
    await limiter.consume('hourly', 'ada', { cost: 2 });
    for (let i = 0; i < 3; i++) {
      expect(await limiter.peek('hourly', 'ada')).toMatchObject({ allowed: true, remaining: 1, granted: 0 });
    }
    expect(await limiter.peek('hourly', 'ada', { cost: 2 })).toMatchObject({ allowed: false, outcome: 'denied' });
    expect((await limiter.peek(['search', 'hourly'], 'ada')).policies).toHaveLength(2);
  });

  it('reset forgets what a key has used, and no other', async () => {
    await limiter.consume(['search', 'hourly'], 'ada');
    await limiter.consume('search', 'bob');
    await limiter.reset('search', 'ada');
    expect(await limiter.peek('search', 'ada')).toMatchObject({ remaining: 10 });
    expect(await limiter.peek('hourly', 'ada')).toMatchObject({ remaining: 2 });
    expect(await limiter.peek('search', 'bob')).toMatchObject({ remaining: 9 });
  });
});
