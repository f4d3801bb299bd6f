import { LatencyHistogram } from '../engine/statistics/latency-histogram';
import type { InstanceStatistics } from '../engine/statistics/instance-statistics';
import { latencyOf } from './counts';

test('a latency beyond the longest that is told apart is told as that, and not as none', () => {
  const histogram = new LatencyHistogram();
  for (const ms of [1, 1, 5_000]) histogram.record(ms);
  const total = { decisionLatency: { redis: histogram.snapshot() } } as unknown as InstanceStatistics;
  expect(latencyOf(total)).toEqual({ p50Ms: 1, p95Ms: 1_000, p99Ms: 1_000 });
  expect(latencyOf(undefined)).toEqual({ p50Ms: null, p95Ms: null, p99Ms: null });
});
