import { type OutcomeCounts, noOutcomes } from '../engine/statistics/outcome-counts';
import { FleetKeys, MINUTE_RETENTION_MS, RETENTION_MS } from './fleet-keys';
import type { RedisCommand } from './statistics-redis';

/** `minute`: kept for 7 days. `hour`: kept for 90. */
export type PointResolution = 'minute' | 'hour';

/** What was counted in one minute or hour, by all instances. */
export interface StatisticsPoint {
  /** Unix milliseconds at which it begins. */
  readonly atMs: number;
  readonly allowed: number;
  readonly denied: number;
  readonly shadowDenied: number;
  readonly errors: number;
}

/** Counts of a point, in the order in which they are packed: 4 numbers of 4 bytes. */
const PACKED = ['allowed', 'denied', 'shadowDenied', 'errors'] as const;
const POINT_BYTES = 4 * PACKED.length;

const LENGTHS: Readonly<Record<PointResolution, { stepMs: number; spanMs: number; keepMs: number }>> = {
  // 1,440 points and 720 points a string: 23 kB and 12 kB.
  minute: { stepMs: 60_000, spanMs: 86_400_000, keepMs: MINUTE_RETENTION_MS },
  hour: { stepMs: 3_600_000, spanMs: 30 * 86_400_000, keepMs: RETENTION_MS },
};
export const RESOLUTIONS: readonly PointResolution[] = ['minute', 'hour'];

/** The commands that add counts of one policy to the point of this moment. */
export function addToPoint(keys: FleetKeys, policy: string, counts: OutcomeCounts, atMs: number): RedisCommand[] {
  const grown = PACKED.flatMap((outcome, i) => (counts[outcome] > 0 ? [[i, counts[outcome]] as const] : []));
  if (grown.length === 0) return [];
  return RESOLUTIONS.flatMap((resolution) => {
    const { stepMs, spanMs, keepMs } = LENGTHS[resolution];
    const span = Math.floor(atMs / spanMs);
    const point = Math.floor((atMs % spanMs) / stepMs);
    const key = keys.points(resolution, span, policy);
    const increments = grown.flatMap(([i, count]) => ['INCRBY', 'u32', `#${String(PACKED.length * point + i)}`, count]);
    return [
      ['BITFIELD', key, 'OVERFLOW', 'SAT', ...increments],
      ['PEXPIREAT', key, (span + 1) * spanMs + keepMs],
    ] as RedisCommand[];
  });
}

/** The strings that hold the points from one moment to another, the ends included. */
export function pointKeys(
  keys: FleetKeys,
  policy: string,
  resolution: PointResolution,
  fromMs: number,
  toMs: number,
): readonly { readonly key: string; readonly beginsMs: number }[] {
  const { spanMs, keepMs } = LENGTHS[resolution];
  const first = Math.floor(Math.max(fromMs, toMs - keepMs) / spanMs);
  const last = Math.floor(toMs / spanMs);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({
    key: keys.points(resolution, first + i, policy),
    beginsMs: (first + i) * spanMs,
  }));
}

/** The points that one such string holds, those without any count left out. */
export function readPoints(
  packed: Buffer,
  resolution: PointResolution,
  beginsMs: number,
  fromMs: number,
  toMs: number,
): StatisticsPoint[] {
  const { stepMs } = LENGTHS[resolution];
  const points: StatisticsPoint[] = [];
  for (let point = 0; point * POINT_BYTES < packed.length; point++) {
    const atMs = beginsMs + point * stepMs;
    if (atMs + stepMs <= fromMs || atMs > toMs) continue;
    const counts = noOutcomes();
    for (const [i, outcome] of PACKED.entries()) {
      const offset = point * POINT_BYTES + 4 * i;
      if (offset + 4 <= packed.length) counts[outcome] = packed.readUInt32BE(offset);
    }
    const { allowed, denied, shadowDenied, errors } = counts;
    if (allowed + denied + shadowDenied + errors > 0) points.push({ atMs, allowed, denied, shadowDenied, errors });
  }
  return points;
}
