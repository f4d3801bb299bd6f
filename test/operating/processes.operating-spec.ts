import { setTimeout as pause } from 'node:timers/promises';
import { newAddress } from '../support/client';
import { Load } from '../support/load';
import { tallyBy } from '../support/load-figures';
import { Stalls } from '../support/load-stalls';
import { until } from '../support/load-until';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { Samples } from '../support/samples';
import { ProbeWatch } from './probe-watch';
import { type Sample, scrape, statsOf, sumOf, total } from '../support/sample-figures';

jest.setTimeout(120_000);

/** What is promised of the probes, from when Redis is gone and from when it is back. */
const DEGRADED_MS = 2_000;
const OK_MS = 5_000;
/** What is promised of the statistics, from the last request on. */
const SHARED_MS = 2_000;
const PER_SECOND = 120;
const CLIENTS = 8;
const LIMIT = 30;

let redis: RedisServer;
let samples: Samples;

beforeEach(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await samples.stop();
  await redis.stop();
});

const start = (count: number) =>
  Samples.start(count, redis, {
    RATE_LIMIT_CHAT: String(LIMIT),
    RATE_LIMIT_FALLBACK_MEMORY: 'true',
    RATE_LIMIT_INSTANCES: String(count),
    RATE_LIMIT_REDIS_DEADLINE_MS: '100',
  });

/** Requests of some clients, each in turns at all processes. */
function traffic(): Load<{ readonly status: number }> {
  const addresses = Array.from({ length: CLIENTS }, newAddress);
  return new Load(PER_SECOND, async (i) => ({
    status: await samples.chat(Math.floor(i / CLIENTS), addresses[i % CLIENTS]!),
  }));
}

const scrapeAll = async (): Promise<readonly Sample[]> =>
  (await Promise.all(samples.urls.map(scrape))).flatMap((one) => one.samples);

const requestsBy = (found: readonly Sample[], labels: Sample['labels']): number =>
  total(found, 'rate_limit_requests_total', labels);

const outages = {
  frozen: {
    strike: () => {
      redis.pause();
    },
    mend: () => {
      redis.resume();
    },
  },
  killed: { strike: () => redis.kill(), mend: () => redis.restart() },
};

test.each(['frozen', 'killed'] as const)(
  'under load, Redis is %s: probes tell the truth in time, and every decision is counted by its source',
  async (outage) => {
    samples = await start(2);
    const watch = new ProbeWatch(samples.urls);
    const load = traffic();
    const said = (says: string, fromMs: number) => () => watch.saidAfterMs(says, fromMs) !== undefined;
    await until('a start', said('ok', 0));
    await pause(1_000);

    const goneMs = performance.now();
    await outages[outage].strike();
    await until('degraded', said('degraded', goneMs));
    const degradedAfterMs = watch.saidAfterMs('degraded', goneMs);
    const during = await scrapeAll();
    await pause(1_000);

    await outages[outage].mend();
    const backMs = performance.now();
    await until('ok again', said('ok', backMs));
    const okAfterMs = watch.saidAfterMs('ok', backMs);
    await pause(1_000);
    const answers = await load.stop();
    const probes = await watch.stop();

    expect(degradedAfterMs).toBeLessThan(DEGRADED_MS);
    expect(okAfterMs).toBeLessThan(OK_MS);
    expect(tallyBy(probes, ({ probe, status }) => `${probe} ${status}`)).toEqual({
      'livez 200': expect.any(Number) as number,
      'readyz 200': expect.any(Number) as number,
    });
    expect(during.filter(({ name, value }) => name === 'rate_limit_store_up' && value === 0)).toHaveLength(2);
    expect(total(during, 'rate_limit_fallback_active')).toBe(2);

    const sent = answers.length;
    const { 200: allowed = 0, 429: denied = 0, ...others } = tallyBy(answers, ({ status }) => String(status));
    expect([others, allowed > 0, denied > 0]).toEqual([{}, true, true]);

    const metrics = await scrapeAll();
    // Each request is counted by both of its policies.
    expect(requestsBy(metrics, { policy: 'requests' })).toBe(sent);
    expect(requestsBy(metrics, { policy: 'chat', result: 'allowed' })).toBe(allowed);
    expect(requestsBy(metrics, { policy: 'chat', result: 'denied' })).toBe(denied);
    const bySources = (source: string) => requestsBy(metrics, { policy: 'chat', source });
    const sources = { redis: bySources('redis'), fallback: bySources('fallback'), local: bySources('local') };
    expect(sumOf(sources)).toBe(sent);
    expect([sources.redis > 0, sources.fallback > 0]).toEqual([true, true]);
    for (const url of samples.urls) {
      const isComplete = async () => sumOf((await statsOf(url)).total.requests) === sent;
      await until(`all ${sent} requests in the statistics`, isComplete);
      const { complete, total: all } = await statsOf(url);
      expect([complete, all.requests]).toEqual([true, { allowed, denied, shadowDenied: 0, bypassed: 0, errors: 0 }]);
      const { bySource } = all.policies['chat']!;
      const counted = (source: string) => (bySource.allowed[source] ?? 0) + (bySource.denied[source] ?? 0);
      const here = { redis: counted('redis'), fallback: counted('fallback'), local: counted('denial-cache') };
      expect(here).toEqual(sources);
    }
  },
);

test('three processes tell the same totals, also those of one that was killed', async () => {
  samples = await start(3);
  const load = traffic();
  await pause(2_000);
  const sent = (await load.stop()).length;
  const tellAll = async (urls: readonly string[]) => {
    const told = await Promise.all(urls.map(statsOf));
    return told.every((stats) => stats.complete && sumOf(stats.total.requests) === sent);
  };
  const shared = () => until('the same totals', () => tellAll(samples.urls));
  expect(await Stalls.msWithout(shared)).toBeLessThan(SHARED_MS);

  await samples.kill(0);
  const survivors = samples.urls.slice(1);
  await until('the dead one to be missed', async () => {
    const told = await Promise.all(survivors.map(statsOf));
    return told.every(({ instances }) => instances.filter(({ alive }) => alive).length === 2);
  });
  expect(await tellAll(survivors)).toBe(true);
});
