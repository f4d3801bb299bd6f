import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { Operations } from 'nest-floodgate';
import type { AuditPage, ListEntry, OverrideDetail } from 'nest-floodgate/admin';
import { RateLimitMetrics, RateLimitOpenTelemetry } from 'nest-floodgate/metrics';
import { Registry } from 'prom-client';
import { until } from '../support/load-until';
import { startRedis } from '../support/redis/index.mjs';
import { type AdminApp, startAdmin, TOKEN } from './admin-app';

jest.setTimeout(30_000);

/** The values of a metric that are not 0, by their labels. */
async function figures(app: AdminApp, name: string): Promise<Readonly<Record<string, number>>> {
  const registry = new Registry();
  new RateLimitMetrics(app.app.get(Operations), registry);
  const { values } = await registry.getSingleMetric(`rate_limit_${name}`)!.get();
  const said = values.filter(({ value }) => value !== 0);
  return Object.fromEntries(said.map(({ labels, value }) => [Object.values(labels).join(' '), value]));
}

const shadow = { policy: 'search', scope: { kind: 'policy' }, patch: { mode: 'shadow' }, reason: 'a test' };
const forOne = { ...shadow, policy: 'login', scope: { kind: 'key', key: 'ip:192.0.2.8' }, patch: { limit: 3 } };
const ban = { list: 'ban', match: { kind: 'address', address: '203.0.113.9' }, reason: 'a test' };

test('what operators have in force, did and were refused is in the metrics', async () => {
  const app = await startAdmin();
  const created = await app.ask<OverrideDetail>('POST', 'api/overrides', shadow);
  await app.ask('POST', 'api/overrides', forOne);
  const banned = await app.ask<ListEntry>('POST', 'api/entries', ban);
  expect(await figures(app, 'overrides')).toEqual({ 'policy shadow': 1, 'key enforce': 1 });
  expect(await figures(app, 'list_entries')).toEqual({ ban: 1 });

  expect((await app.ask('POST', 'api/overrides', shadow)).status).toBe(412);
  const { id, version } = created.body;
  expect((await app.ask('DELETE', `api/overrides/${id}`, { reason: 'over' }, version)).status).toBe(204);
  const { body } = banned;
  expect((await app.ask('DELETE', `api/entries/${body.id}`, { reason: 'over' }, body.version)).status).toBe(204);
  expect(await figures(app, 'overrides')).toEqual({ 'key enforce': 1 });
  expect(await figures(app, 'list_entries')).toEqual({});
  expect(await figures(app, 'admin_actions_total')).toEqual({
    'override.create done': 2,
    'override.create refused': 1,
    'override.remove done': 1,
    'entry.create done': 1,
    'entry.remove done': 1,
  });
});

test('refused logins are all counted, though the audit log has the first of each minute only', async () => {
  const app = await startAdmin();
  for (let i = 0; i < 30; i++) {
    const headers = { authorization: `Bearer wrong-${TOKEN}`, 'x-forwarded-for': `198.51.100.${String(i)}` };
    await fetch(`${app.url}/_rate-limit/api/system`, { headers });
  }
  expect(await figures(app, 'admin_actions_total')).toEqual({ 'session.refused refused': 30 });
  const { entries } = (await app.ask<AuditPage>('GET', 'api/audit')).body;
  expect(entries).toHaveLength(20);
});

test('logins are all counted, though the audit log has the first of each minute only', async () => {
  const app = await startAdmin();
  for (let i = 0; i < 25; i++) await app.ask('POST', 'api/session', { token: TOKEN });
  expect(await figures(app, 'admin_actions_total')).toEqual({ 'session.login done': 25 });
  expect((await app.ask<AuditPage>('GET', 'api/audit')).body.entries).toHaveLength(20);
});

test('open streams are counted', async () => {
  const app = await startAdmin();
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${TOKEN}` };
  await fetch(`${app.url}/_rate-limit/api/stream`, { headers, signal: stop.signal });
  expect(await figures(app, 'admin_stream_clients')).toEqual({ '': 1 });
  stop.abort();
  await until('the stream to end', async () => Object.keys(await figures(app, 'admin_stream_clients')).length === 0);
});

test('denials and audit records that the store did not take are counted as dropped', async () => {
  const redis = await startRedis();
  try {
    const store = { type: 'redis', url: redis.url, deadlineMs: 5_000 } as const;
    const app = await startAdmin({ options: { store } });
    await until('Redis', async () => Object.keys(await figures(app, 'store_up')).length > 0);
    expect(await figures(app, 'events_dropped_total')).toEqual({});
    await redis.stop();
    for (let i = 0; i < 7; i++) await app.visit('search');
    await until('denials to be dropped', async () => ((await figures(app, 'events_dropped_total'))[''] ?? 0) >= 2);
    const before = (await figures(app, 'events_dropped_total'))['']!;
    expect((await app.ask('POST', 'api/entries', ban)).status).toBe(503);
    expect((await figures(app, 'events_dropped_total'))['']! - before).toBe(1);
    expect(await figures(app, 'admin_actions_total')).toEqual({ 'entry.create refused': 1 });
  } finally {
    await redis.stop();
  }
});

test('a meter of OpenTelemetry gets the same figures', async () => {
  const app = await startAdmin();
  await app.ask('POST', 'api/entries', ban);
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const metrics = new RateLimitOpenTelemetry(app.app.get(Operations), provider.getMeter('test'));
  await reader.forceFlush();
  metrics.remove();
  const families = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const points = (name: string): object => {
    const found = families.find(({ descriptor }) => descriptor.name === `rate_limit.${name}`);
    const all = (found?.dataPoints ?? []).map(({ attributes, value }) => ({ ...attributes, value }));
    return all.filter(({ value }) => value !== 0);
  };
  expect(points('list_entries')).toEqual([{ 'rate_limit.list': 'ban', value: 1 }]);
  const action = { 'rate_limit.action': 'entry.create', 'rate_limit.outcome': 'done' };
  expect(points('admin_actions')).toEqual([{ ...action, value: 1 }]);
  expect(families.map(({ descriptor }) => descriptor.name)).toEqual(
    expect.arrayContaining(['rate_limit.overrides', 'rate_limit.events_dropped', 'rate_limit.admin_stream_clients']),
  );
  await provider.shutdown();
});
