import type { PolicyStatistics } from '../engine/statistics/instance-statistics';
import type { FleetReport } from '../statistics/fleet-report';
import type { Operations } from '../statistics/operations';
import type { StatisticsPoint } from '../statistics/points';
import { type AdminCore, available } from './admin-core';
import { blockedIn, countsOf, latencyOf, NO_COUNTS } from './counts';
import type { AuditAdmin } from './audit-admin';
import { shared } from './shared';
import { HISTORY_SECONDS, secondsOfMinutes, TrafficSamples } from './traffic-samples';
import type * as api from './api';
import { isInForce } from '../control/documents';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How far back a series reaches unless it is said. */
const SPAN_MS = { second: HISTORY_SECONDS * 1_000, minute: DAY_MS, hour: 30 * DAY_MS } as const;
/** All who watch share what was read within a second, however many they are. */
const SHARED_MS = 900;
const MOST_KEYS = 10;
const MOST_CHANGES = 5;

/** What is going on, in numbers, over all instances. Read once a second for all who watch. */
export class TrafficAdmin {
  private readonly samples = new TrafficSamples();
  private readonly latestId = shared(SHARED_MS, () => this.audit.latestId());
  private readonly minutes = shared(MINUTE_MS / 4, () => this.minutesBefore());
  private changes: { readonly upTo: string | null; readonly entries: readonly api.AuditEntry[] } | undefined;
  private frames = 0;

  constructor(
    private readonly core: AdminCore,
    private readonly audit: AuditAdmin,
  ) {}

  /** The statistics of this process. */
  get operations(): Operations {
    return this.core.runtime.operations;
  }

  async frame(): Promise<api.LiveFrame> {
    const [traffic, lastAuditId] = await Promise.all([this.read(), this.latestId()]);
    return { ...traffic, id: ++this.frames, controlVersion: this.core.plane.state, lastAuditId };
  }

  async overview(): Promise<api.Overview> {
    const [traffic, changes, report] = await Promise.all([this.read(), this.recentChanges(), this.report()]);
    const nowMs = Date.now();
    return {
      ...traffic,
      topDenied: this.heavy(report, 'topDenials'),
      topRequests: this.heavy(report, 'topRequests'),
      recentChanges: changes,
      activeOverrides: this.core.plane.overrides().filter((document) => isInForce(document, nowMs)).length,
      activeEntries: this.core.plane.entries().filter((document) => isInForce(document, nowMs)).length,
      history: await this.seconds(undefined),
    };
  }

  async series({ policy, resolution = 'second', fromMs, toMs }: api.TrafficQuery): Promise<api.TrafficSeries> {
    const to = toMs ?? Date.now();
    const from = fromMs ?? to - SPAN_MS[resolution];
    const within = ({ atMs }: { readonly atMs: number }): boolean => atMs >= from && atMs <= to;
    if (resolution === 'second') this.samples.take(await this.report());
    const points =
      resolution === 'second'
        ? (await this.seconds(policy)).filter(within)
        : (await available(this.operations.fleet.points(policy, resolution, from, to))).map(secondPoint);
    return { policy: policy ?? null, resolution, fromMs: from, toMs: to, points };
  }

  async policy(name: string): Promise<{
    readonly traffic: api.PolicyTraffic;
    readonly topDenied: readonly api.HeavyKey[];
    readonly topRequests: readonly api.HeavyKey[];
  }> {
    const [report, blocked] = await Promise.all([this.report(), this.blockedCounts()]);
    this.samples.take(report);
    const statistics = report.total.policies[name];
    const of = (which: 'topDenials' | 'topRequests'): readonly api.HeavyKey[] =>
      this.heavy(report, which).filter(({ policy }) => policy === name);
    return {
      traffic: this.trafficOf(name, statistics, blocked),
      topDenied: of('topDenials'),
      topRequests: of('topRequests'),
    };
  }

  degraded(report?: FleetReport): readonly api.Degradation[] {
    const { plane } = this.core;
    const found: api.Degradation[] = [];
    const status = this.operations.status.snapshot();
    if (status.state === 'degraded') {
      const message = `The store does not answer: ${status.lastError?.message ?? 'no reason is known.'}`;
      found.push({ kind: 'store', message, sinceMs: status.sinceMs });
    }
    if (plane.problem !== undefined) {
      const message = `Overrides and lists cannot be read or changed now. ${plane.problem}`;
      found.push({ kind: 'control', message, sinceMs: plane.problemSinceMs ?? null });
    }
    if (report?.complete === false) {
      const message = `These are the numbers of one instance. ${report.problem ?? ''}`;
      found.push({ kind: 'partial', message, sinceMs: null });
    }
    return found;
  }

  async report(): Promise<FleetReport> {
    return this.operations.fleet.read();
  }

  /** Keys that each policy blocks, on whichever instance; `undefined` while that cannot be read. */
  private async blockedCounts(): Promise<ReadonlyMap<string, number> | undefined> {
    const { plane } = this.core;
    // Whom this instance refused a moment ago, it tells of then.
    if (plane.problem === undefined) await plane.poll();
    return plane.store.countBlocked(Date.now()).catch(() => undefined);
  }

  private async recentChanges(): Promise<readonly api.AuditEntry[]> {
    const upTo = await this.latestId();
    if (this.changes === undefined || this.changes.upTo !== upTo) {
      const page = await this.audit.list({ limit: MOST_CHANGES }).catch(() => undefined);
      // While they cannot be read, those that are known are still the latest.
      if (page !== undefined) this.changes = { upTo, entries: page.entries };
    }
    return this.changes?.entries ?? [];
  }

  /** The last minutes: by the second since somebody watches, before that by what is kept of whole minutes. */
  private async seconds(policy: string | undefined): Promise<readonly api.SecondPoint[]> {
    const known = this.samples.seconds(policy);
    const fromMs = Date.now() - HISTORY_SECONDS * 1_000;
    const untilMs = this.samples.sinceMs ?? Date.now();
    if (untilMs <= fromMs) return known;
    const minutes = policy === undefined ? await this.minutes() : await this.minutesBefore(policy);
    return [...secondsOfMinutes(minutes, fromMs, untilMs), ...known];
  }

  private async minutesBefore(policy?: string): Promise<readonly api.SecondPoint[]> {
    const nowMs = Date.now();
    const fromMs = nowMs - HISTORY_SECONDS * 1_000 - MINUTE_MS;
    const points = await this.operations.fleet.points(policy, 'minute', fromMs, nowMs).catch(() => []);
    return points.map(secondPoint);
  }

  private async read(): Promise<Omit<api.LiveFrame, 'id' | 'controlVersion' | 'lastAuditId'>> {
    const [report, blocked] = await Promise.all([this.report(), this.blockedCounts()]);
    const { total } = report;
    const sample = this.samples.take(report);
    const { registry } = this.core.runtime;
    const policies = registry.known().map(({ name }) => this.trafficOf(name, total.policies[name], blocked));
    const alive = report.instances.filter((instance) => instance.alive).length;
    return {
      atMs: sample.atMs,
      totals: sample.total,
      perSecond: this.samples.rate(undefined),
      latency: latencyOf(total),
      blocked: policies.reduce<api.PolicyTraffic['blocked']>(
        (sum, { blocked }) => ({ count: sum.count + blocked.count, atLeast: sum.atLeast || blocked.atLeast }),
        { count: 0, atLeast: false },
      ),
      policies,
      instances: { alive, answering: report.complete ? alive : 1 },
      degraded: this.degraded(report),
    };
  }

  private trafficOf(
    policy: string,
    statistics: PolicyStatistics | undefined,
    blocked: ReadonlyMap<string, number> | undefined,
  ): api.PolicyTraffic {
    const mode = this.core.runtime.registry.known().find(({ name }) => name === policy)?.policy.mode ?? 'enforce';
    return {
      policy,
      mode,
      totals: statistics === undefined ? NO_COUNTS : countsOf(statistics),
      perSecond: this.samples.rate(policy),
      nearLimit: statistics?.nearLimit ?? 0,
      blocked: blockedIn(policy, statistics, blocked),
    };
  }

  private heavy(report: FleetReport, which: 'topDenials' | 'topRequests'): readonly api.HeavyKey[] {
    const all = Object.entries(report.total.policies).flatMap(([policy, statistics]) =>
      statistics[which].map(({ key, count, error }) => ({ key: this.shown(key, policy), policy, count, error })),
    );
    return all.sort((a, b) => b.count - a.count).slice(0, MOST_KEYS);
  }

  /** The statistics may have hidden it already: then nobody knows any more who it is. */
  private shown(key: string, policy: string): api.KeyView {
    return this.operations.isHidden(key) ? { text: key, ref: null } : this.core.keys.of(key, policy);
  }
}

function secondPoint(point: StatisticsPoint): api.SecondPoint {
  return { ...NO_COUNTS, ...point };
}
