import {
  MeterProvider,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
  AggregationTemporality,
} from '@opentelemetry/sdk-metrics';
import { Operations } from 'nest-floodgate';
import { RateLimitOpenTelemetry } from 'nest-floodgate/metrics';
import { spawnSync } from 'node:child_process';
import { AggregatorRegistry, Registry } from 'prom-client';
import { adapters } from '../support/apps';
import { startOperated } from './operated-app';

const NAMES = [
  'rate_limit_requests_total',
  'rate_limit_near_limit_total',
  'rate_limit_decision_duration_seconds',
  'rate_limit_store_command_duration_seconds',
  'rate_limit_store_errors_total',
  'rate_limit_store_up',
  'rate_limit_fallback_active',
  'rate_limit_blocked_keys',
  'rate_limit_policy_limit',
  'rate_limit_policy_window_seconds',
  'rate_limit_config_info',
  'rate_limit_build_info',
  'rate_limit_live_instances',
  'rate_limit_overrides',
  'rate_limit_list_entries',
  'rate_limit_admin_actions_total',
  'rate_limit_events_dropped_total',
  'rate_limit_admin_stream_clients',
  'rate_limit_redis_connections',
  'rate_limit_redis_memory_used_bytes',
  'rate_limit_redis_memory_max_bytes',
  'rate_limit_redis_evicted_keys_total',
];

describe.each(adapters)('GET /metrics on %s', (adapter) => {
  it('tells every decision under the published names, and passes promtool', async () => {
    const app = await startOperated({ adapter });
    for (let i = 0; i < 8; i++) await app.get('/login');
    const { status, text } = await app.get('/metrics');
    expect(status).toBe(200);
    for (const name of NAMES) expect(text).toContain(`# HELP ${name} `);
    expect(text).toContain(
      'rate_limit_requests_total{policy="login",result="allowed",mode="enforce",source="local"} 5',
    );
    expect(text).toContain('rate_limit_requests_total{policy="login",result="denied",mode="enforce",source="local"} 3');
    expect(text).toContain('rate_limit_near_limit_total{policy="login"} 2');
    expect(text).toContain('rate_limit_blocked_keys{policy="login"} 1');
    expect(text).toContain('rate_limit_policy_limit{policy="login"} 5');
    expect(text).toContain('rate_limit_policy_window_seconds{policy="login"} 60');
    expect(text).toContain('rate_limit_decision_duration_seconds_count{source="local"} 8');
    expect(text).toMatch(/rate_limit_decision_duration_seconds_bucket\{source="local",le="\+Inf"\} 8/);
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect(checked.error).toBeUndefined();
    expect([checked.status, checked.stdout, checked.stderr]).toEqual([0, '', '']);
  });
});

it('leaves the registry with its application, for the next one', async () => {
  const registry = new Registry();
  await (await startOperated({ registry })).close();
  expect(registry.getMetricsAsArray()).toEqual([]);
  expect((await (await startOperated({ registry })).get('/metrics')).text).toContain('rate_limit_build_info');
});

it('says at boot that another application of the process has the registry', async () => {
  const registry = new Registry();
  await startOperated({ registry });
  await expect(startOperated({ registry })).rejects.toThrow(
    /registry: has the metric rate_limit_\w+ already, of another app/,
  );
});

it('tells of the processes of a cluster together what is the same in all of them once', async () => {
  const storage = { increment: () => Promise.reject(new Error('Nobody is there.')) };
  const well = await startOperated();
  const degraded = await startOperated({ options: { store: { type: 'throttler', storage } } });
  await well.get('/login');
  await degraded.get('/login');
  const workers = [well, well, degraded].map(({ registry }) => registry.getMetricsAsJSON());
  const text = await AggregatorRegistry.aggregate(await Promise.all(workers)).metrics();
  expect(text).toContain('rate_limit_policy_limit{policy="login"} 5\n');
  expect(text).toContain('rate_limit_policy_window_seconds{policy="login"} 60\n');
  expect(text).toContain('rate_limit_live_instances 1\n');
  expect(text).toMatch(/^rate_limit_build_info\{.*\} 1$/m);
  expect(text).toContain('rate_limit_fallback_active 1\n');
  expect(text).toContain('rate_limit_near_limit_total{policy="login"} 0\n');
  expect(text).toMatch(/^rate_limit_requests_total\{policy="login",result="allowed",.*source="local"\} 2$/m);
});

it('keeps policies that nobody registered under one label', async () => {
  const app = await startOperated();
  const { statistics } = app.app.get(Operations);
  const request = {
    entries: Array.from({ length: 300 }, (_, i) => ({ policy: { name: `made up ${String(i)}` } })),
    earlier: 'none',
  } as const;
  statistics.bypassedRequest(request);
  const { text } = await app.get('/metrics');
  expect(text).toContain(
    'rate_limit_requests_total{policy="_other",result="bypassed",mode="enforce",source="local"} 300',
  );
  expect(text).not.toContain('made up');
});

it('gives the same counts to a meter of OpenTelemetry', async () => {
  const app = await startOperated();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const metrics = new RateLimitOpenTelemetry(app.app.get(Operations), provider.getMeter('test'));
  for (let i = 0; i < 7; i++) await app.get('/login');
  await reader.forceFlush();
  metrics.remove();
  const families = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const requests = families.find(({ descriptor }) => descriptor.name === 'rate_limit.requests');
  const points = (requests?.dataPoints ?? []).map(({ attributes, value }) => [
    attributes['rate_limit.policy'],
    attributes['rate_limit.result'],
    value,
  ]);
  expect(points).toEqual(
    expect.arrayContaining([
      ['login', 'allowed', 5],
      ['login', 'denied', 2],
    ]),
  );
  const durations = families.find(({ descriptor }) => descriptor.name === 'rate_limit.decision.duration');
  expect(durations?.dataPoints[0]?.value).toMatchObject({ count: 7 });
  await provider.shutdown();
});
