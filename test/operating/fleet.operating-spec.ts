import { setTimeout as sleep } from 'node:timers/promises';
import { Operations } from 'nest-floodgate';
import { type RedisServer, startRedis, startTcpProxy, type TcpProxy } from '../support/redis/index.mjs';
import { eventually, type OperatedApp, startOperated } from './operated-app';

const STATS = '/api/health/rate-limiter/stats';

interface Stats {
  readonly complete: boolean;
  readonly total: {
    readonly requests: Readonly<Record<string, number>>;
    readonly policies: Readonly<Record<string, { allowed: number; denied: number; topDenials: { count: number }[] }>>;
    readonly decisionLatency: Readonly<Record<string, { count: number; p99Ms: number }>>;
  };
  readonly instances: readonly {
    readonly alive: boolean;
    readonly configHash: string;
    readonly requests: { allowed: number };
  }[];
}

let redis: RedisServer;
let prefixes = 0;
let proxy: TcpProxy;

beforeAll(async () => {
  redis = await startRedis();
  proxy = await startTcpProxy(redis.port);
});

afterAll(async () => {
  await proxy.close();
  await redis.stop();
});

const statsOf = async (app: OperatedApp): Promise<Stats> => (await app.get(STATS)).json as unknown as Stats;

const sum = ({ total }: Stats): number => Object.values(total.requests).reduce((all, count) => all + count, 0);

it('tells the same totals on every instance, exactly as many as were sent, and keeps those of one that died', async () => {
  const prefix = `fleet-${String(++prefixes)}`;
  await proxy.set('pass');
  const apps = [
    await startOperated({ prefix, redisUrl: redis.url }),
    await startOperated({ prefix, redisUrl: redis.url, adapter: 'fastify' }),
    await startOperated({ prefix, redisUrl: `redis://127.0.0.1:${String(proxy.port)}` }),
  ];
  for (const app of apps) {
    const ready = await eventually(
      () => app.get('/readyz'),
      ({ json }) => json['status'] === 'ok',
      15_000,
    );
    expect(ready.json['status']).toBe('ok');
  }
  const before = sum(await statsOf(apps[0]!));
  const statuses = await Promise.all(
    Array.from({ length: 90 }, async (_, i) => (await apps[i % 3]!.get(i % 2 === 0 ? '/work' : '/login')).status),
  );
  expect(statuses.filter((status) => status === 429)).toHaveLength(40);

  const all = await Promise.all(
    apps.map((app) =>
      eventually(
        () => statsOf(app),
        (stats) => sum(stats) === before + 90,
        15_000,
      ),
    ),
  );
  for (const { complete, total, instances } of all) {
    expect(complete).toBe(true);
    expect(total.requests).toEqual({ allowed: 50, denied: 40, shadowDenied: 0, bypassed: 0, errors: 0 });
    expect(total.policies['login']).toMatchObject({ allowed: 5, denied: 40 });
    expect(total.policies['requests']).toMatchObject({ allowed: 90, denied: 0 });
    expect(total.policies['login']!.topDenials[0]!.count).toBe(40);
    // Some denials come from memory, each counted like one of Redis.
    const timed = Object.values(total.decisionLatency).reduce((sum, { count }) => sum + count, 0);
    expect(timed).toBe(90);
    expect(instances.filter(({ alive }) => alive)).toHaveLength(3);
    expect(new Set(instances.map(({ configHash }) => configHash)).size).toBe(1);
  }

  const { fleet } = apps[0]!.app.get(Operations);
  const hourAgoMs = Date.now() - 3_600_000;
  for (const resolution of ['minute', 'hour'] as const) {
    const points = await fleet.points('login', resolution, hourAgoMs, Date.now());
    const total = (outcome: 'allowed' | 'denied') => points.reduce((all, point) => all + point[outcome], 0);
    expect([resolution, total('allowed'), total('denied')]).toEqual([resolution, 5, 40]);
  }

  // For the others it is as if it had been killed: it is silent from one moment to the next.
  await proxy.set('refuse');
  const survivor = apps[1]!;
  const after = await eventually(
    () => statsOf(survivor),
    ({ instances }) => instances.filter(({ alive }) => alive).length === 2,
    20_000,
  );
  expect(after.instances.filter(({ alive }) => alive)).toHaveLength(2);
  expect(after.total.requests).toMatchObject({ allowed: 50, denied: 40 });
}, 60_000);

it('counts every request by where it was decided, through an outage', async () => {
  const app = await startOperated({
    redisUrl: redis.url,
    prefix: `outage-${String(++prefixes)}`,
    deadlineMs: 1_000,
    options: {
      policies: { requests: { limit: 1_000, per: '1m' }, login: { limit: 5, per: '1m', onStoreFailure: 'closed' } },
    },
  });
  await eventually(
    () => app.get('/startupz'),
    ({ status }) => status === 200,
    15_000,
  );
  for (let i = 0; i < 10; i++) await app.get('/work');
  redis.pause();
  for (let i = 0; i < 10; i++) await app.get('/work');
  const closed = [await app.get('/login'), await app.get('/login')];
  redis.resume();
  expect(closed.map(({ status }) => status)).toEqual([503, 503]);
  const samples = await scrape(app);
  const of = (result: string, source: string): number =>
    samples[`rate_limit_requests_total{policy="requests",result="${result}",mode="enforce",source="${source}"}`] ?? 0;
  expect([of('allowed', 'redis'), of('allowed', 'fallback'), of('error', 'redis')]).toEqual([10, 10, 2]);
}, 60_000);

async function scrape(app: OperatedApp): Promise<Record<string, number>> {
  const lines = (await app.get('/metrics')).text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

it('does not complain of statistics while Redis is being connected to, and shares them then', async () => {
  const complaints: string[] = [];
  // That Redis cannot be reached yet may well be told.
  const note = (line: string): void => {
    if (line.includes('statistics')) complaints.push(line);
  };
  await proxy.set({ delayMs: 1_400 });
  const app = await startOperated({
    prefix: `fleet-${String(++prefixes)}`,
    redisUrl: `redis://127.0.0.1:${String(proxy.port)}`,
    options: { logger: { warn: () => undefined, error: note } },
  });
  // Longer than from one sharing of statistics to the next.
  await sleep(1_300);
  await proxy.set('pass');
  const ready = await eventually(
    () => app.get('/readyz'),
    ({ json }) => json['status'] === 'ok',
    15_000,
  );
  expect(ready.json['status']).toBe('ok');
  const shared = await eventually(
    () => statsOf(app),
    ({ instances }) => instances.some(({ alive }) => alive),
    15_000,
  );
  expect(shared.instances).toHaveLength(1);
  expect(complaints).toEqual([]);
});
