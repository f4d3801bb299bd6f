import { startLimited } from '../../e2e/rate-limit/app';
import { type RedisServer, startRedis, startTcpProxy, type TcpProxy } from '../../support/redis/index.mjs';
import { until } from '../../support/load-until';

jest.setTimeout(60_000);

const LIMIT = 100;
const INSTANCES = 2;

let server: RedisServer;
let proxy: TcpProxy;

beforeEach(async () => {
  server = await startRedis();
  proxy = await startTcpProxy(server.port);
});
afterEach(async () => {
  await proxy.close();
  await server.stop();
});

const startOne = async (algorithm: 'sliding-window' | 'token-bucket' | 'fixed-window') => {
  const store = {
    type: 'redis',
    host: '127.0.0.1',
    port: proxy.port,
    instances: INSTANCES,
    failBootWithoutStore: true,
  };
  const policies = { pages: { limit: LIMIT, per: '1d', algorithm } };
  return (await startLimited({ options: { store: { ...store, type: 'redis', deadlineMs: 1_000 }, policies } })).limiter;
};

const spend = async (limiter: Awaited<ReturnType<typeof startOne>>, units: number) => {
  let admitted = 0;
  for (let i = 0; i < units; i++) if (await limiter.allow('pages', 'somebody')) admitted++;
  return admitted;
};

test.each(['sliding-window', 'token-bucket', 'fixed-window'] as const)(
  'what a %s let through without Redis is told to Redis, once',
  async (algorithm) => {
    const limiter = await startOne(algorithm);
    expect(await spend(limiter, 20)).toBe(20);
    await proxy.set('refuse');
    await until('the outage', async () => (await limiter.peek('pages', 'somebody')).source === 'fallback');
    // A share of its own for this instance, whatever Redis had admitted.
    expect(await spend(limiter, 80)).toBe(LIMIT / INSTANCES);
    await proxy.set('pass');
    await until('Redis', async () => (await limiter.peek('pages', 'somebody')).source === 'redis');
    expect(await limiter.consume('pages', 'somebody')).toMatchObject({ source: 'redis', remaining: 100 - 20 - 50 - 1 });
    expect(await limiter.consume('pages', 'somebody')).toMatchObject({ source: 'redis', remaining: 100 - 20 - 50 - 2 });
    expect(await spend(limiter, 40)).toBe(28);
  },
);
