import type { InstanceStatistics } from '../engine/statistics/instance-statistics';
import type { OutcomeCounts } from '../engine/statistics/outcome-counts';
import type { StoreStatusSnapshot } from '../engine/statistics/store-status';
import type { InstanceIdentity } from './instance-identity';

/** What one process says of itself. */
export interface InstanceReport {
  readonly identity: InstanceIdentity;
  /** Differs between instances with different policies. */
  readonly configHash: string;
  readonly store: StoreStatusSnapshot;
  /** Unix milliseconds, by the clock of that process. */
  readonly atMs: number;
  readonly statistics: InstanceStatistics;
}

/** One process of the fleet. */
export interface FleetInstance extends Omit<InstanceReport, 'statistics'> {
  /** Whether it has been heard of within the last five seconds. */
  readonly alive: boolean;
  readonly requests: OutcomeCounts;
  readonly calls: OutcomeCounts;
}

/** All processes that share a store and prefix, those that have ended included. */
export interface FleetReport {
  /** `false` where Redis could not be asked: then this is the one process that answers. */
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly problem: string | undefined;
  readonly total: InstanceStatistics;
  /** Those that live, and those that ended within the last hour or so; longer gone ones are in `total` only. */
  readonly instances: readonly FleetInstance[];
}

export function instanceOf({ statistics, ...report }: InstanceReport, alive: boolean): FleetInstance {
  return { ...report, alive, requests: statistics.requests, calls: statistics.calls };
}
