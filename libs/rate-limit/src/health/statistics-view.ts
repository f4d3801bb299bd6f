import type { InstanceStatistics, PolicyStatistics } from '../engine/statistics/instance-statistics';
import { type LatencyCounts, quantileMs } from '../engine/statistics/latency-histogram';
import type { FleetReport } from '../statistics/fleet-report';

/** A histogram for people. Each figure is at most a quarter too high; beyond a second it is not known. */
export interface LatencyView {
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** What `GET /api/health/rate-limiter/stats` answers. */
export interface StatisticsView extends Omit<FleetReport, 'total'> {
  readonly total: Omit<InstanceStatistics, 'decisionLatency' | 'storeLatency'> & {
    readonly decisionLatency: Readonly<Record<string, LatencyView>>;
    readonly storeLatency: Readonly<Record<string, LatencyView>>;
  };
}

export function statisticsView({ total, ...report }: FleetReport): StatisticsView {
  const policies: [string, PolicyStatistics][] = Object.entries(total.policies);
  return {
    ...report,
    total: {
      ...total,
      policies: Object.fromEntries(policies.sort(([a], [b]) => (a < b ? -1 : 1))),
      decisionLatency: views(total.decisionLatency),
      storeLatency: views(total.storeLatency),
    },
  };
}

function views(histograms: Readonly<Record<string, LatencyCounts>>): Readonly<Record<string, LatencyView>> {
  return Object.fromEntries(
    Object.entries(histograms).map(([name, counts]) => [
      name,
      {
        count: counts.count,
        p50Ms: quantile(counts, 0.5),
        p95Ms: quantile(counts, 0.95),
        p99Ms: quantile(counts, 0.99),
      },
    ]),
  );
}

function quantile(counts: LatencyCounts, share: number): number | null {
  const ms = quantileMs(counts, share);
  return ms === undefined || ms === Infinity ? null : ms;
}
