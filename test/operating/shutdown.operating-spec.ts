import { once } from 'node:events';
import { connect } from 'node:net';
import { adapters } from '../support/apps';
import { until } from '../support/load-until';
import { AppProcess } from '../support/process';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';

jest.setTimeout(30_000);

const DELAY_MS = 2_000;
const BODY = '{"name":"kettle"}';
const HEAD = 'POST /api/v1/items HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\n';

let redis: RedisServer;
let app: AppProcess;

beforeAll(async () => {
  redis = await startRedis();
});
afterEach(() => app.kill());
afterAll(() => redis.stop());

test.each(adapters)(
  'on SIGTERM the sample on %s is not ready, serves on, answers what is under way, and leaves Redis',
  async (adapter) => {
    app = new AppProcess('sample', {
      PORT: '0',
      ADAPTER: adapter,
      LOG_LEVEL: 'error',
      REDIS_URL: redis.url,
      SHUTDOWN_DELAY_MS: String(DELAY_MS),
    });
    const port = await app.port();
    const ask = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/${path}`, { headers: { connection: 'close' } });
      return { code: response.status, body: await response.text() };
    };
    const ready = async () => (await ask('readyz')).body;
    await until('a start', async () => (await ready()) === '{"status":"ok"}');

    const slow = connect(port, '127.0.0.1').setEncoding('utf8');
    let answer = '';
    slow.on('data', (data) => (answer += String(data)));
    slow.write(`${HEAD}content-length: ${BODY.length}\r\n\r\n${BODY.slice(0, 5)}`);
    await until('a decision', async () => (await ask('api/v1/items')).code === 200);

    const termMs = performance.now();
    app.signal('SIGTERM');
    await until('readiness to end', async () => (await ready()) === '{"status":"shutting_down"}', DELAY_MS);
    expect(await ask('readyz')).toMatchObject({ code: 503 });
    expect([(await ask('livez')).code, (await ask('api/v1/items')).code]).toEqual([200, 200]);
    // Browsers open connections in advance, and load balancers keep some: none of them holds the process back.
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    await until('the end of listening', () =>
      ask('livez').then(
        () => false,
        () => true,
      ),
    );
    expect(performance.now() - termMs).toBeGreaterThanOrEqual(DELAY_MS - 50);

    expect(await redis.cli('CLIENT', 'LIST')).toContain('name=floodgate');
    const doneMs = performance.now();
    slow.write(BODY.slice(5));
    expect(await app.exitCode()).toBe(0);
    expect(performance.now() - doneMs).toBeLessThan(5_000);
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
    expect(app.errors).toBe('');
    expect(await redis.cli('CLIENT', 'LIST')).not.toContain('name=floodgate');
    // It said good-bye: the others need not wait to miss it.
    expect(await redis.cli('--scan', '--pattern', 'rl:{stats}:alive:*')).toBe('');
  },
);
