import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/load-until';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { type Sample, scrape, total } from '../support/sample-figures';
import { Samples } from '../support/samples';
import { root } from './kustomize';

jest.setTimeout(40_000);

const TOKEN = 'a-token-of-more-than-thirty-two-characters';
const address = '198.51.100.7';

let redis: RedisServer;
let samples: Samples;
let texts: readonly string[];
let found: readonly Sample[];
const watching = new AbortController();

async function send(url: string, path: string, body?: object): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    'x-forwarded-for': address,
    'x-ratelimit-admin': '1',
    ...(path.startsWith('/admin') ? { authorization: `Bearer ${TOKEN}` } : {}),
  };
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(url + path, init)).status;
}

/** Everything that is counted, once at least: refusals, costs, a ban, a policy that only watches, forgotten scripts and an outage. */
async function liveThrough(url: string): Promise<void> {
  await until('Redis', async () => total((await scrape(url)).samples, 'rate_limit_store_up') === 1);
  for (let i = 0; i < 7; i++) await send(url, '/api/login', { username: 'ada', password: 'guess' });
  for (let i = 0; i < 3; i++) await send(url, '/api/reports?months=12');
  const change = { policy: 'burst', scope: { kind: 'policy' }, patch: { mode: 'shadow' }, reason: 'a test' };
  expect(await send(url, '/admin/api/overrides', change)).toBe(201);
  await redis.cli('SCRIPT', 'FLUSH');
  for (let i = 0; i < 14; i++) await send(url, '/api/burst');
  redis.pause();
  try {
    for (let i = 0; i < 4; i++) await send(url, '/api/v1/items');
  } finally {
    redis.resume();
  }
  const ban = {
    list: 'ban',
    match: { kind: 'address', address: '203.0.113.9' },
    reason: 'a test',
    expiresInMs: 60_000,
  };
  await until('a ban', async () => [201, 409].includes(await send(url, '/admin/api/entries', ban)));
}

beforeAll(async () => {
  redis = await startRedis();
  samples = await Samples.start(2, redis, {
    ADMIN_TOKEN: TOKEN,
    RATE_LIMIT_FALLBACK_MEMORY: 'true',
    RATE_LIMIT_REDIS_DEADLINE_MS: '1000',
  });
  await liveThrough(samples.urls[0]!);
  // Somebody has the admin page open.
  const headers = { authorization: `Bearer ${TOKEN}` };
  await fetch(`${samples.urls[0]!}/admin/api/stream`, { headers, signal: watching.signal });
  await pause(100);
  const scraped = await Promise.all(samples.urls.map(scrape));
  texts = scraped.map(({ text }) => text);
  found = scraped.flatMap((one) => one.samples);
});

afterAll(async () => {
  watching.abort();
  await samples.stop();
  await redis.stop();
});

test('promtool finds nothing wrong with what the sample answers', () => {
  for (const input of texts) {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  }
});

const folder = join(root, 'observability');
const filesIn = (name: string) => readdirSync(join(folder, name)).map((file) => join(name, file));

test.each([...filesIn('prometheus/rules'), ...filesIn('grafana/dashboards')])(
  'every metric that %s reads is in the scrape, with the labels it is asked for',
  (file) => {
    const names = new Set(found.map(({ name }) => name));
    const queries = readFileSync(join(folder, file), 'utf8').replaceAll('\\"', '"');
    const read = Array.from(queries.matchAll(/(?<![\w:])(rate_limit_[a-z_]+)(?:\{([^}]*)\})?(?![\w:])/g));
    expect(read.length).toBeGreaterThan(3);
    for (const [, name = '', selector = ''] of read) {
      expect([...names]).toContain(name);
      // What Prometheus adds itself, or a variable of the dashboard, is no label of ours.
      const asked = Array.from(selector.matchAll(/(\w+)(?:=~|!~|!=|=)"/g), ([, label]) => label!);
      const own = asked.filter((label) => !['job', 'instance', 'namespace'].includes(label));
      const labels = found.filter((sample) => sample.name === name).map((sample) => Object.keys(sample.labels));
      expect([name, labels.some((all) => own.every((label) => all.includes(label)))]).toEqual([name, true]);
    }
  },
);

test('every value of a label that a rule or dashboard picks is one that comes up', () => {
  // What begins at 0 is there from the start, whether it comes up or not.
  const counted = found.filter(({ name, value }) => value > 0 || !name.endsWith('_total'));
  const values = (label: string) => new Set(counted.flatMap(({ labels }) => labels[label] ?? []));
  expect(values('result')).toEqual(new Set(['allowed', 'denied']));
  expect(values('mode')).toEqual(new Set(['enforce', 'shadow', 'off']));
  expect(values('source')).toEqual(new Set(['redis', 'local', 'fallback']));
  expect([...values('kind')]).toEqual(expect.arrayContaining(['noscript', 'timeout']));
});

test('what was lived through is what is counted', () => {
  const requests = (labels: Sample['labels']) => total(found, 'rate_limit_requests_total', labels);
  expect(requests({ policy: 'login', result: 'allowed' })).toBe(5);
  expect(requests({ policy: 'login', result: 'denied' })).toBe(2);
  expect(requests({ policy: 'burst', result: 'denied', mode: 'shadow' })).toBeGreaterThan(0);
  expect(requests({ source: 'fallback' })).toBeGreaterThan(0);
  expect(total(found, 'rate_limit_cost_total', { policy: 'reports', result: 'allowed' })).toBe(24);
  expect(total(found, 'rate_limit_near_limit_total', { policy: 'login' })).toBe(2);
  expect(total(found, 'rate_limit_live_instances')).toBeGreaterThanOrEqual(2);
  expect(total(found, 'rate_limit_redis_memory_used_bytes')).toBeGreaterThan(0);
  expect(total(found, 'rate_limit_overrides', { scope: 'policy', mode: 'shadow' })).toBeGreaterThanOrEqual(1);
  expect(total(found, 'rate_limit_list_entries', { list: 'ban' })).toBeGreaterThanOrEqual(1);
  expect(total(found, 'rate_limit_admin_actions_total', { action: 'override.create', outcome: 'done' })).toBe(1);
  expect(total(found, 'rate_limit_admin_stream_clients')).toBe(1);
});
