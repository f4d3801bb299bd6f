import type { InstanceStatistics } from '../engine/statistics/instance-statistics';
import type { InstanceReport } from './fleet-report';
import type { PointResolution, StatisticsPoint } from './points';

/** Where instances leave their statistics for each other. Everything rejects where it cannot be done in time. */
export interface StatisticsSink {
  /** Replaces what this instance wrote before. Called once a second, one after the other. */
  flush(report: InstanceReport): Promise<void>;
  /** Only says that this instance lives. */
  announce(id: string): Promise<void>;
  /** What all instances wrote last, and the sums of those long gone. */
  read(): Promise<{
    readonly reports: readonly (InstanceReport & { readonly alive: boolean })[];
    readonly gone: readonly InstanceStatistics[];
  }>;
  /** How many instances are alive. */
  countAlive(): Promise<number>;
  /** Points of a policy, or of all requests and calls; those without any count are left out. */
  points(
    policy: string | undefined,
    resolution: PointResolution,
    fromMs: number,
    toMs: number,
  ): Promise<readonly StatisticsPoint[]>;
  /** The last flush of an instance that ends. */
  leave(report: InstanceReport): Promise<void>;
}
