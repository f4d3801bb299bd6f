import type { InstanceStatistics } from '../engine/statistics/instance-statistics';
import { mergeStatistics } from '../engine/statistics/merge-statistics';
import { type FleetReport, type InstanceReport, instanceOf } from './fleet-report';
import type { PointResolution, StatisticsPoint } from './points';
import type { StatisticsSink } from './statistics-sink';

/** Asked again within this time, the other instances are what they were: they write once a second. */
const REMEMBERED_MS = 900;

/** Called once a second, it counts who is alive every so many calls. */
const COUNT_EVERY = 5;

/** Answers for all instances that share a store; without a shared one, for this process. */
export class FleetStatistics {
  private latest: { readonly atMs: number; readonly read: Promise<Others> } | undefined;
  private liveInstances = 1;
  private countsAsked = 0;

  /** @param own What this process has counted, as it is now. */
  constructor(
    private readonly own: () => InstanceReport,
    private readonly sink: () => StatisticsSink | undefined,
  ) {}

  /** How many were alive when they were last counted; 1 before, and without a shared store. */
  get live(): number {
    return this.liveInstances;
  }

  /** Counts those that are alive, every few calls. Rejects where that cannot be asked. */
  async countLive(): Promise<void> {
    if (this.countsAsked++ % COUNT_EVERY === 0)
      this.liveInstances = Math.max(1, (await this.sink()?.countAlive()) ?? 1);
  }

  /** Never rejects, and never takes more than two seconds. */
  async read(): Promise<FleetReport> {
    const own = this.own();
    const { reports, gone, problem } = await this.others();
    // What this instance wrote last may be a second old.
    const others = reports.filter(({ identity }) => identity.id !== own.identity.id);
    const statistics: InstanceStatistics[] = [...gone, ...others.map((report) => report.statistics), own.statistics];
    const instances = [instanceOf(own, true), ...others.map(({ alive, ...report }) => instanceOf(report, alive))];
    if (problem === undefined) this.liveInstances = instances.filter(({ alive }) => alive).length;
    return { complete: problem === undefined, problem, total: mergeStatistics(statistics), instances };
  }

  /** Points of a policy, or of everything; empty without a shared store. Rejects where that cannot be asked. */
  async points(
    policy: string | undefined,
    resolution: PointResolution,
    fromMs: number,
    toMs: number,
  ): Promise<readonly StatisticsPoint[]> {
    return (await this.sink()?.points(policy, resolution, fromMs, toMs)) ?? [];
  }

  private others(): Promise<Others> {
    const nowMs = performance.now();
    if (this.latest === undefined || nowMs - this.latest.atMs > REMEMBERED_MS) {
      this.latest = { atMs: nowMs, read: readOthers(this.sink()) };
    }
    return this.latest.read;
  }
}

interface Others {
  readonly reports: readonly (InstanceReport & { readonly alive: boolean })[];
  readonly gone: readonly InstanceStatistics[];
  readonly problem: string | undefined;
}

async function readOthers(sink: StatisticsSink | undefined): Promise<Others> {
  if (sink === undefined) return { reports: [], gone: [], problem: undefined };
  try {
    return { ...(await sink.read()), problem: undefined };
  } catch (error) {
    return { reports: [], gone: [], problem: error instanceof Error ? error.message : String(error) };
  }
}
