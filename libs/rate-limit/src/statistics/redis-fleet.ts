import { mergeStatistics, subtractCounts, withoutKeys } from '../engine/statistics/merge-statistics';
import type { InstanceStatistics } from '../engine/statistics/instance-statistics';
import { type OutcomeCounts, noOutcomes } from '../engine/statistics/outcome-counts';
import { FleetKeys, RETENTION_MS } from './fleet-keys';
import type { InstanceReport } from './fleet-report';
import { addToPoint, pointKeys, type PointResolution, readPoints, type StatisticsPoint } from './points';
import type { StatisticsSink } from './statistics-sink';
import { type RedisCommand, runTogether, type StatisticsRedis, within } from './statistics-redis';

/** An instance that has written nothing for so long is not alive. It writes once a second. */
const ALIVE_MS = 5_000;
const TIMEOUT_MS = 1_000;
/** Once a minute one looks at those that are silent; who is silent that often is added to those that are gone. */
const TIDY_EVERY_FLUSHES = 60;
const SILENT_LOOKS = 60;
const LOCK_MS = 10_000;
/** The series of points of all requests together. */
const EVERYTHING = '';

/**
 * Keeps the statistics of every instance in Redis, so that each can answer for all: one hash an instance with what it
 * has counted since it started, written whole, so that a write that is repeated or lost does no harm.
 */
export class RedisFleet implements StatisticsSink {
  private readonly keys: FleetKeys;
  private readonly silentLooks = new Map<string, number>();
  private pointed = new Map<string, OutcomeCounts>();
  private flushes = 0;

  constructor(
    private readonly client: StatisticsRedis,
    prefix: string,
  ) {
    this.keys = new FleetKeys(prefix);
  }

  async flush(report: InstanceReport): Promise<void> {
    const { keys } = this;
    const { id } = report.identity;
    const { statistics, ...about } = report;
    const series = seriesOf(statistics);
    const points = [...series].flatMap(([policy, counts]) =>
      addToPoint(keys, policy, subtractCounts(counts, this.pointed.get(policy)), report.atMs),
    );
    await this.run([
      ...this.announcement(id),
      ['HSET', keys.instance(id), 'about', JSON.stringify(about), 'statistics', JSON.stringify(statistics)],
      ['PEXPIRE', keys.instance(id), RETENTION_MS],
      ...points,
    ]);
    this.pointed = series;
    if (++this.flushes % TIDY_EVERY_FLUSHES === 0) await this.tidy(id);
  }

  async announce(id: string): Promise<void> {
    await this.run(this.announcement(id));
  }

  async read(): Promise<{
    readonly reports: readonly (InstanceReport & { alive: boolean })[];
    readonly gone: InstanceStatistics[];
  }> {
    const { keys } = this;
    const [ids] = (await this.run([['SMEMBERS', keys.instances]])) as [string[]];
    const replies = await this.run([
      ['GET', keys.gone],
      ...ids.flatMap((id): RedisCommand[] => [
        ['HMGET', keys.instance(id), 'about', 'statistics'],
        ['EXISTS', keys.alive(id)],
      ]),
    ]);
    const gone = parsedStatistics(replies[0]);
    const reports = ids.flatMap((_, i) => {
      const [about, statistics] = replies[2 * i + 1] as (string | null)[];
      const report = parsed(about) as Omit<InstanceReport, 'statistics'> | undefined;
      const counts = parsedStatistics(statistics);
      if (report === undefined || counts === undefined) return [];
      const alive = replies[2 * i + 2] === 1;
      return [{ ...report, statistics: alive ? counts : withoutKeys(counts), alive }];
    });
    return { reports, gone: gone === undefined ? [] : [gone] };
  }

  async countAlive(): Promise<number> {
    const [ids] = (await this.run([['SMEMBERS', this.keys.instances]])) as [string[]];
    if (ids.length === 0) return 0;
    const [alive] = await this.run([['EXISTS', ...ids.map((id) => this.keys.alive(id))]]);
    return Number(alive);
  }

  async points(
    policy: string | undefined,
    resolution: PointResolution,
    fromMs: number,
    toMs: number,
  ): Promise<readonly StatisticsPoint[]> {
    const spans = pointKeys(this.keys, policy ?? EVERYTHING, resolution, fromMs, toMs);
    const read = spans.map(async ({ key, beginsMs }) => {
      const packed = await within(TIMEOUT_MS, this.client.getBuffer(key));
      return packed === null ? [] : readPoints(packed, resolution, beginsMs, fromMs, toMs);
    });
    return (await Promise.all(read)).flat();
  }

  /** The instance ends in order: it is not alive any more, at once. */
  async leave(report: InstanceReport): Promise<void> {
    await this.flush(report);
    await this.run([['DEL', this.keys.alive(report.identity.id)]]);
  }

  private announcement(id: string): readonly RedisCommand[] {
    const { keys } = this;
    return [
      ['SADD', keys.instances, id],
      ['PEXPIRE', keys.instances, RETENTION_MS],
      ['SET', keys.alive(id), '1', 'PX', ALIVE_MS],
    ];
  }

  private run(commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
    return runTogether(this.client, commands, TIMEOUT_MS);
  }

  /** Adds instances that have been silent for an hour to those that are gone, so that the list stays short. */
  private async tidy(ownId: string): Promise<void> {
    const [ids] = (await this.run([['SMEMBERS', this.keys.instances]])) as [string[]];
    const others = ids.filter((id) => id !== ownId);
    const alive = await this.run(others.map((id) => ['EXISTS', this.keys.alive(id)] as const));
    const silent = others.filter((_, i) => alive[i] === 0);
    for (const id of [...this.silentLooks.keys()]) if (!silent.includes(id)) this.silentLooks.delete(id);
    for (const id of silent) {
      const looks = (this.silentLooks.get(id) ?? 0) + 1;
      this.silentLooks.set(id, looks);
      if (looks >= SILENT_LOOKS) await this.fold(id);
    }
  }

  /** Under a lock, because two that add the same instance would count it twice. */
  private async fold(id: string): Promise<void> {
    const { keys } = this;
    const lockedAtMs = performance.now();
    const [locked] = await this.run([['SET', keys.lock, '1', 'PX', LOCK_MS, 'NX']]);
    if (locked !== 'OK') return;
    const [gone, left] = await this.run([
      ['GET', keys.gone],
      ['HGET', keys.instance(id), 'statistics'],
    ]);
    const counts = [gone, left].flatMap((text) => parsedStatistics(text) ?? []);
    if (performance.now() - lockedAtMs > LOCK_MS / 4) return;
    await this.run([
      ['SET', keys.gone, JSON.stringify(withoutKeys(mergeStatistics(counts))), 'PX', RETENTION_MS],
      ['SREM', keys.instances, id],
      ['DEL', keys.instance(id), keys.lock],
    ]);
    this.silentLooks.delete(id);
  }
}

/** What has a series of points: each policy, and all requests and calls together. */
function seriesOf({ requests, calls, policies }: InstanceStatistics): Map<string, OutcomeCounts> {
  const everything = noOutcomes();
  for (const outcome of Object.keys(everything) as (keyof OutcomeCounts)[]) {
    everything[outcome] = requests[outcome] + calls[outcome];
  }
  return new Map<string, OutcomeCounts>([[EVERYTHING, everything], ...Object.entries(policies)]);
}

function parsedStatistics(text: unknown): InstanceStatistics | undefined {
  return parsed(text) as InstanceStatistics | undefined;
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
