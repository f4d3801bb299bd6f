import { ThrottlerStorageService } from '@nestjs/throttler';
import { until } from '../support/load-until';
import { type OperatedApp, startOperated } from './operated-app';

jest.setTimeout(20_000);

/** The throttler's own storage, behind a wire that can be cut. */
class RemoteStorage extends ThrottlerStorageService {
  isAway = false;

  override async increment(
    ...args: Parameters<ThrottlerStorageService['increment']>
  ): ReturnType<ThrottlerStorageService['increment']> {
    if (this.isAway) throw new Error('Nobody is there.');
    return super.increment(...args);
  }
}

let storage: RemoteStorage;
let app: OperatedApp;

beforeEach(async () => {
  storage = new RemoteStorage();
  app = await startOperated({ options: { store: { type: 'throttler', storage } } });
});

const limiter = async () => (await app.get('/api/health/rate-limiter')).json;
const gauge = async (name: string) => {
  const { text } = await app.get('/metrics');
  return Number(new RegExp(`^rate_limit_${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
};
const gauges = async () => [await gauge('store_up'), await gauge('fallback_active')];

test('a throttler storage that fails is degraded in health and metrics, and well again when it answers', async () => {
  expect((await app.get('/startupz')).status).toBe(200);
  expect(await gauges()).toEqual([1, 0]);
  expect(await limiter()).toMatchObject({ status: 'up', mode: 'normal' });

  storage.isAway = true;
  expect((await app.get('/work')).status).toBe(200);
  expect(await limiter()).toMatchObject({
    status: 'degraded',
    mode: 'fallback',
    lastError: expect.stringContaining('Nobody is there.'),
  });
  expect(await gauges()).toEqual([0, 1]);
  expect(await app.get('/readyz?verbose')).toMatchObject({ status: 200, json: { status: 'degraded' } });
  await until('the decision to be counted by its source', async () => {
    const { text } = await app.get('/metrics');
    return /rate_limit_requests_total\{policy="requests",result="allowed",.*source="fallback"\} 1\n/.test(text);
  });

  storage.isAway = false;
  await until('it to be asked again', async () => {
    await app.get('/work');
    return (await gauge('store_up')) === 1;
  });
  expect(await limiter()).toMatchObject({ status: 'up', mode: 'normal' });
  expect(await gauges()).toEqual([1, 0]);
});

test('the self-test passes on a throttler storage, which cannot forget a key', async () => {
  const { status, json } = await app.post('/api/health/rate-limiter/test');
  expect({ status, json }).toMatchObject({ status: 200, json: { ok: true } });
  expect((json['steps'] as { name: string }[]).map(({ name }) => name)).toEqual([
    'admit 1 of 3',
    'admit 2 of 3',
    'admit 3 of 3',
    'refuse the next',
  ]);
});
