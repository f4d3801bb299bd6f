import { RedisHealthIndicator } from 'nest-floodgate/health';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { adapters } from '../support/apps';
import { Stalls } from '../support/load-stalls';
import { type Answer, eventually, startOperated } from './operated-app';

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis.stop());

describe.each(adapters)('probes on %s', (adapter) => {
  it('answer 200 while everything is well, and are never limited', async () => {
    const app = await startOperated({
      adapter,
      redisUrl: redis.url,
      options: { policies: { requests: { limit: 1, per: '1h' }, login: { limit: 1, per: '1h' } } },
    });
    const started = await eventually(
      () => app.get('/startupz'),
      ({ status }) => status === 200,
      15_000,
    );
    expect(started.status).toBe(200);
    for (const path of ['/livez', '/readyz', '/startupz', '/livez', '/readyz']) {
      expect([path, await app.get(path)]).toMatchObject([path, { status: 200, json: { status: 'ok' } }]);
    }
    const health = await app.get('/health');
    expect(health).toMatchObject({
      status: 200,
      json: {
        status: 'ok',
        details: {
          redis: { status: 'up', role: 'master', connections: 1, isCluster: false },
          'rate-limit': { status: 'up', mode: 'normal', store: 'redis', policies: 2 },
        },
      },
    });
  });

  it('call a Redis that does not answer degraded, and come back by themselves', async () => {
    const deadlineMs = 100;
    const app = await startOperated({ adapter, redisUrl: redis.url, deadlineMs });
    const strict = await startOperated({
      adapter,
      redisUrl: redis.url,
      deadlineMs,
      health: { readiness: { failOnStoreDown: true } },
    });
    const isOk = async () =>
      (await app.get('/readyz')).json['status'] === 'ok' && (await strict.get('/readyz')).status === 200;
    expect(await eventually(isOk, (ok) => ok, 15_000)).toBe(true);
    redis.pause();
    try {
      await Promise.all([app.get('/work'), strict.get('/work')]);
      const degraded = await eventually(
        () => app.get('/readyz'),
        ({ json }) => json['status'] === 'degraded',
        15_000,
      );
      expect(degraded).toMatchObject({ status: 200, json: { status: 'degraded' } });
      expect((await strict.get('/readyz')).status).toBe(503);
      expect((await app.get('/livez')).status).toBe(200);
      let health: Answer | undefined;
      const asked = async () => {
        health = await app.get('/health');
      };
      // Half a second for Redis to answer, and the rest for a busy machine.
      expect(await Stalls.msWithout(asked)).toBeLessThan(900);
      expect(health).toMatchObject({
        status: 200,
        json: { status: 'degraded', details: { redis: { status: 'degraded' } } },
      });
    } finally {
      redis.resume();
    }
    const recovered = await eventually(
      async () => {
        await app.get('/work');
        return app.get('/readyz');
      },
      ({ json }) => json['status'] === 'ok',
      15_000,
    );
    expect(recovered.json['status']).toBe('ok');
  }, 60_000);

  it('turn readiness off first when the app is to end, while it goes on serving', async () => {
    const app = await startOperated({ adapter, health: { shutdownDelayMs: 1_500 } });
    expect((await app.get('/readyz')).status).toBe(200);
    const closed = app.close();
    const ready = await eventually(
      () => app.get('/readyz'),
      ({ status }) => status === 503,
      1_000,
    );
    expect(ready).toMatchObject({ status: 503, json: { status: 'shutting_down' } });
    expect([(await app.get('/livez')).status, (await app.get('/work')).status]).toEqual([200, 200]);
    await closed;
    await expect(app.get('/work')).rejects.toThrow();
  });
});

it('warn of a Redis that is nearly full, in words that Terminus 11 knows where they are asked for', async () => {
  const app = await startOperated({ redisUrl: redis.url });
  const indicator = app.app.get(RedisHealthIndicator, { strict: false });
  await redis.cli('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl', 'maxmemory', '1');
  try {
    const { redis: full } = await eventually(
      () => indicator.check('redis'),
      (result) => result.redis['warning'] !== undefined,
      15_000,
    );
    expect(full).toMatchObject({ status: 'degraded', warning: 'more than 90 % of maxmemory is used' });
    const known = await indicator.check('redis', { downIs: 'up' });
    expect(known.redis).toMatchObject({ status: 'up', warning: 'more than 90 % of maxmemory is used' });
  } finally {
    await redis.cli('CONFIG', 'SET', 'maxmemory', '0');
  }
}, 30_000);

describe('the start', () => {
  it('is over without Redis, unless every policy is closed', async () => {
    const nowhere = 'redis://127.0.0.1:1';
    const open = await startOperated({ redisUrl: nowhere });
    const started = await eventually(
      () => open.get('/startupz'),
      ({ status }) => status === 200,
      15_000,
    );
    expect(started.status).toBe(200);
    const closed = await startOperated({
      redisUrl: nowhere,
      options: { onStoreFailure: 'closed' },
      health: { startup: { timeoutMs: 2_000 } },
    });
    expect((await closed.get('/startupz')).status).toBe(503);
    expect(
      (
        await eventually(
          () => closed.get('/startupz'),
          ({ status }) => status === 200,
          15_000,
        )
      ).status,
    ).toBe(200);
  }, 60_000);
});

describe('the self-test', () => {
  const TEST = '/api/health/rate-limiter/test';

  it('uses up a key of its own on the real store and leaves nothing behind', async () => {
    const app = await startOperated({ redisUrl: redis.url, adapter: 'fastify' });
    await eventually(
      () => app.get('/startupz'),
      ({ status }) => status === 200,
      15_000,
    );
    const keys = async () =>
      (await redis.cli('KEYS', 'rl:*')).split('\n').filter((key) => key !== '' && !key.includes('{stats}'));
    const before = await keys();
    const { status, json } = await app.post(TEST);
    expect(status).toBe(200);
    expect(json).toMatchObject({ ok: true, source: 'redis' });
    expect((json['steps'] as { name: string; ok: boolean }[]).map(({ ok }) => ok)).toEqual(Array(5).fill(true));
    // What is new is the limit of the self-test itself.
    expect((await keys()).length - before.length).toBeLessThanOrEqual(1);
  });

  it('is itself limited, and refused in production', async () => {
    const app = await startOperated();
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await app.post(TEST)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429]);
    const production = await startOperated({ health: { selfTest: false } });
    expect((await production.post(TEST)).status).toBe(403);
  });
});
