import type { InstanceStatistics, PolicyStatistics } from '../engine/statistics/instance-statistics';
import type { FleetReport } from '../statistics/fleet-report';
import type { Operations } from '../statistics/operations';
import type { AdminCore } from './admin-core';
import { add, countsOf, latencyOf, map, NO_COUNTS } from './counts';
import type { AuditAdmin } from './audit-admin';
import type * as api from './api';
import { isInForce } from '../control/documents';

const HISTORY_SECONDS = 300;
const RATE_SECONDS = 5;
const MOST_KEYS = 10;
const MOST_CHANGES = 5;

interface Sample {
  readonly atMs: number;
  readonly total: api.Counts;
  readonly policies: Readonly<Record<string, api.Counts>>;
}

/** What is going on, in numbers, over all instances. Read once a second for all who watch. */
export class TrafficAdmin {
  private readonly samples: Sample[] = [];
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
    const [traffic, lastAuditId] = await Promise.all([this.read(), this.audit.latestId()]);
    return { ...traffic, id: ++this.frames, controlVersion: this.core.plane.state, lastAuditId };
  }

  async overview(): Promise<api.Overview> {
    const [traffic, changes, report] = await Promise.all([
      this.read(),
      this.audit.list({ limit: MOST_CHANGES }).catch(() => ({ entries: [] })),
      this.report(),
    ]);
    const nowMs = Date.now();
    return {
      ...traffic,
      topDenied: this.heavy(report, 'topDenials'),
      topRequests: this.heavy(report, 'topRequests'),
      recentChanges: changes.entries,
      activeOverrides: this.core.plane.overrides().filter((document) => isInForce(document, nowMs)).length,
      activeEntries: this.core.plane.entries().filter((document) => isInForce(document, nowMs)).length,
      history: this.history(undefined),
    };
  }

  async series({ policy, resolution = 'second', fromMs, toMs }: api.TrafficQuery): Promise<api.TrafficSeries> {
    const to = toMs ?? Date.now();
    const from = fromMs ?? to - (resolution === 'second' ? HISTORY_SECONDS * 1_000 : 86_400_000);
    const within = ({ atMs }: { readonly atMs: number }): boolean => atMs >= from && atMs <= to;
    const points =
      resolution === 'second'
        ? this.history(policy).filter(within)
        : (await this.operations.fleet.points(policy, resolution, from, to)).map((point) => ({
            ...NO_COUNTS,
            ...point,
          }));
    return { policy: policy ?? null, resolution, fromMs: from, toMs: to, points };
  }

  async policy(name: string): Promise<{
    readonly traffic: api.PolicyTraffic;
    readonly topDenied: readonly api.HeavyKey[];
    readonly topRequests: readonly api.HeavyKey[];
  }> {
    const report = await this.report();
    const statistics = report?.total.policies[name];
    const of = (which: 'topDenials' | 'topRequests'): readonly api.HeavyKey[] =>
      this.heavy(report, which).filter(({ policy }) => policy === name);
    return { traffic: this.trafficOf(name, statistics), topDenied: of('topDenials'), topRequests: of('topRequests') };
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

  async report(): Promise<FleetReport | undefined> {
    return this.operations.fleet.read();
  }

  private async read(): Promise<Omit<api.LiveFrame, 'id' | 'controlVersion' | 'lastAuditId'>> {
    const report = await this.report();
    const total = report?.total;
    const sample = this.sample(total);
    const policies = this.core.runtime.registry.known().map(({ name }) => this.trafficOf(name, total?.policies[name]));
    const alive = report?.instances.filter((instance) => instance.alive).length ?? 1;
    return {
      atMs: sample.atMs,
      totals: sample.total,
      perSecond: this.rate(undefined),
      latency: latencyOf(total),
      blocked: policies.reduce<api.PolicyTraffic['blocked']>(
        (sum, { blocked }) => ({ count: sum.count + blocked.count, atLeast: sum.atLeast || blocked.atLeast }),
        { count: 0, atLeast: false },
      ),
      policies,
      instances: { alive, answering: report?.complete === false ? 1 : alive },
      degraded: this.degraded(report),
    };
  }

  private sample(total: InstanceStatistics | undefined): Sample {
    const last = this.samples.at(-1);
    const atMs = Date.now();
    if (last !== undefined && atMs - last.atMs < 500) return last;
    const policies = Object.fromEntries(Object.entries(total?.policies ?? {}).map(([name, p]) => [name, countsOf(p)]));
    const sample = {
      atMs,
      total: total === undefined ? NO_COUNTS : add(countsOf(total.requests), countsOf(total.calls)),
      policies,
    };
    this.samples.push(sample);
    if (this.samples.length > HISTORY_SECONDS) this.samples.shift();
    return sample;
  }

  private trafficOf(policy: string, statistics: PolicyStatistics | undefined): api.PolicyTraffic {
    const mode = this.core.runtime.registry.known().find(({ name }) => name === policy)?.policy.mode ?? 'enforce';
    return {
      policy,
      mode,
      totals: statistics === undefined ? NO_COUNTS : countsOf(statistics),
      perSecond: this.rate(policy),
      nearLimit: statistics?.nearLimit ?? 0,
      blocked: { count: statistics?.blocked.count ?? 0, atLeast: statistics?.blocked.atLeast ?? false },
    };
  }

  private rate(policy: string | undefined): api.Counts {
    const last = this.samples.at(-1);
    const first = this.samples.at(-1 - RATE_SECONDS) ?? this.samples[0];
    if (last === undefined || first === undefined || last === first) return NO_COUNTS;
    const seconds = (last.atMs - first.atMs) / 1_000;
    const [before, after] = [of(first, policy), of(last, policy)];
    return map((outcome) => Math.max(0, (after[outcome] - before[outcome]) / seconds));
  }

  private history(policy: string | undefined): readonly api.SecondPoint[] {
    return this.samples.slice(1).map((sample, i) => {
      const [before, after] = [of(this.samples[i] as Sample, policy), of(sample, policy)];
      return { atMs: sample.atMs, ...map((outcome) => Math.max(0, after[outcome] - before[outcome])) };
    });
  }

  private heavy(report: FleetReport | undefined, which: 'topDenials' | 'topRequests'): readonly api.HeavyKey[] {
    const all = Object.entries(report?.total.policies ?? {}).flatMap(([policy, statistics]) =>
      statistics[which].map(({ key, count, error }) => ({ key: this.shown(key, policy), policy, count, error })),
    );
    return all.sort((a, b) => b.count - a.count).slice(0, MOST_KEYS);
  }

  /** The statistics may have hidden it already: then nobody knows any more who it is. */
  private shown(key: string, policy: string): api.KeyView {
    return key.includes(':#') ? { text: key, ref: null } : this.core.keys.of(key, policy);
  }
}

function of(sample: Sample, policy: string | undefined): api.Counts {
  return policy === undefined ? sample.total : (sample.policies[policy] ?? NO_COUNTS);
}
