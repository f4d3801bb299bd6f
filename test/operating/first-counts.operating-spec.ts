import { Controller, Get } from '@nestjs/common';
import { RateLimit, RateLimiter, type RateLimitModuleOptions } from 'nest-floodgate';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { type Sample, scrape, total } from '../support/sample-figures';
import { eventually, type OperatedApp, type OperatedSetup, startOperated } from './operated-app';

// Prometheus sees a rise only between two values of a series: what appears with its first event hides that event.

const policies: RateLimitModuleOptions['policies'] = {
  requests: { limit: 1_000, per: '1m' },
  login: { limit: 5, per: '1m' },
  watched: { limit: 5, per: '1m', mode: 'shadow' },
};

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis.stop());

const samplesOf = async (setup: OperatedSetup = {}): Promise<readonly Sample[]> => {
  const { url } = await startOperated({ ...setup, options: { policies, ...setup.options } });
  return (await scrape(url)).samples;
};

const seriesOf = (samples: readonly Sample[], metric: string, labels: Sample['labels'] = {}): string[] =>
  samples
    .filter(({ name }) => name === metric)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .map((sample) => [...Object.values(sample.labels), sample.value].join(' '))
    .sort();

const requestsOf = (samples: readonly Sample[], policy: string): string[] =>
  seriesOf(samples, 'rate_limit_requests_total', { policy });

it('begins each policy at 0 in all that can become of a call, before there is any', async () => {
  const samples = await samplesOf();
  expect(requestsOf(samples, 'login')).toEqual([
    'login allowed enforce local 0',
    'login bypassed enforce local 0',
    'login denied enforce local 0',
  ]);
  expect(requestsOf(samples, 'watched')).toContain('watched denied shadow local 0');
  // The self-test of the health module has its limit on its route.
  const each = ['_other 0', 'login 0', 'requests 0', 'watched 0'];
  expect(seriesOf(samples, 'rate_limit_near_limit_total')).toEqual(each);
  expect(seriesOf(samples, 'rate_limit_blocked_keys')).toEqual(each);
  expect(seriesOf(samples, 'rate_limit_decision_duration_seconds_count')).toEqual(['local 0']);
  expect(seriesOf(samples, 'rate_limit_store_errors_total')).toEqual([]);
});

it('begins on Redis with what only happens there: the fallback, failed decisions and errors of the store', async () => {
  const samples = await samplesOf({ redisUrl: redis.url });
  expect(requestsOf(samples, 'login')).toEqual([
    'login allowed enforce fallback 0',
    'login allowed enforce local 0',
    'login allowed enforce redis 0',
    'login bypassed enforce local 0',
    'login denied enforce fallback 0',
    'login denied enforce local 0',
    'login denied enforce redis 0',
    'login error enforce redis 0',
  ]);
  expect(seriesOf(samples, 'rate_limit_decision_duration_seconds_count')).toEqual(['fallback 0', 'local 0', 'redis 0']);
  expect(seriesOf(samples, 'rate_limit_store_errors_total')).toEqual([
    'connection 0',
    'moved 0',
    'noscript 0',
    'other 0',
    'readonly 0',
    'timeout 0',
  ]);
});

it('begins a policy that is added later with its first scrape, and goes on from there', async () => {
  const app = await startOperated({ options: { policies } });
  const limiter = app.app.get(RateLimiter);
  expect(requestsOf((await scrape(app.url)).samples, 'later')).toEqual([]);
  limiter.addPolicy('later', { limit: 1, per: '1m' });
  expect(requestsOf((await scrape(app.url)).samples, 'later')).toContain('later denied enforce local 0');
  for (let i = 0; i < 3; i++) await limiter.consume('later', 'somebody');
  expect(await deniedBy(app, 'later')).toBe(2);
});

it('begins the policies that are written on routes under their common label, and those that are asked for by name', async () => {
  @Controller('inline')
  class InlineController {
    @Get()
    @RateLimit({ limit: 1, per: '1m' })
    once(): string {
      return 'done';
    }
  }
  const app = await startOperated({ controllers: [InlineController], metrics: { policies: ['named'] } });
  const { samples } = await scrape(app.url);
  expect(requestsOf(samples, '_other')).toContain('_other denied enforce local 0');
  expect(requestsOf(samples, 'named')).toContain('named denied enforce local 0');
  for (let i = 0; i < 3; i++) await app.get('/inline');
  expect(await deniedBy(app, '_other')).toBe(2);
});

it('counts what a policy in shadow mode allows as such, be it written on a route', async () => {
  @Controller('watched')
  class WatchedController {
    @Get()
    @RateLimit({ limit: 1, per: '1m', mode: 'shadow' })
    once(): string {
      return 'done';
    }
  }
  const app = await startOperated({ controllers: [WatchedController] });
  for (let i = 0; i < 3; i++) expect((await app.get('/watched')).status).toBe(200);
  const counted = async () =>
    requestsOf((await scrape(app.url)).samples, '_other').filter((row) => !row.endsWith(' 0'));
  const rows = await eventually(counted, (found) => found.length > 0, 5_000);
  expect(rows).toEqual(['_other allowed shadow local 1', '_other denied shadow local 2']);
});

it('makes no more labels than ever where there are many policies, and leaves them to those that are used', async () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`p${String(i)}`, { limit: 5, per: '1m' }]));
  const app = await startOperated({ options: { policies: { ...policies, ...many } } });
  await app.app.get(RateLimiter).consume('p299', 'somebody');
  const { samples } = await scrape(app.url);
  const labels = new Set(samples.flatMap(({ labels: { policy } }) => policy ?? []));
  expect(labels.size).toBe(201);
  expect(labels).toContain('p299');
  expect(labels).toContain('_other');
});

/** One look at the statistics serves scrapes that follow at once. */
function deniedBy({ url }: OperatedApp, policy: string): Promise<number> {
  const labels = { policy, result: 'denied' };
  const ask = async () => total((await scrape(url)).samples, 'rate_limit_requests_total', labels);
  return eventually(ask, (denied) => denied > 0, 5_000);
}
