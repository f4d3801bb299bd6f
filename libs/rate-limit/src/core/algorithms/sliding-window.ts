import type { SlidingWindowQuota } from '../quota';
import type { Algorithm } from './algorithm';

/**
 * A log of (instant, units) pairs, oldest first, flat: [instant, units, instant, units, …]. A unit taken at instant t
 * counts until t + per, so the window is (now − per, now].
 */
export type SlidingWindowState = readonly number[];

/**
 * Never more than `limit` in any span of `per`, in at most `precision + 1` pairs. While those suffice the log is
 * exact. Beyond, the newest two neighbours in one cell of per/precision become one pair at the later instant: a window
 * touches at most precision + 1 cells, so there are such neighbours, and a unit is released never early and at most
 * per/precision late. The newest, as a busy bucket then only changes its last pair.
 */
export const slidingWindow: Algorithm<SlidingWindowState, SlidingWindowQuota> = {
  // Instants may lie up to a window ahead, as a small step back of the clock leaves them. What lies further ahead is
  // brought there and not to the present: otherwise a refund could soon mistake a new charge for one of before the step.
  heal(log, quota, now) {
    const latest = now + quota.perTicks;
    const newest = log[log.length - 2] ?? now;
    return newest > latest ? log.map((value, i) => (i % 2 === 0 ? Math.min(value, latest) : value)) : log;
  },

  available(log, quota, now) {
    return Math.max(0, quota.limit - unitsWithin(log, now - quota.perTicks));
  },

  charge(log, quota, units, now) {
    return chargeAhead(log, quota, units, now, now);
  },

  waitTicks(log, quota, units, now, available) {
    if (log === undefined || units <= available) return 0;
    const opened = now - quota.perTicks;
    // With none available more than the limit may be in use: after it was lowered, for one.
    let missing = units - (available > 0 ? available : quota.limit - unitsWithin(log, opened));
    for (let i = firstLive(log, opened); i < log.length; i += 2) {
      missing -= at(log, i + 1);
      if (missing <= 0) return at(log, i) - opened;
    }
    return at(log, log.length - 2) - opened;
  },

  fullAt(log, quota) {
    return at(log, log.length - 2) + quota.perTicks;
  },

  mark(_log, now) {
    return now;
  },

  // A charge sits in the first pair not older than it, since folding only ever moves it to its next neighbour. A pair
  // of another cell is another charge, left when this one was given back before: no second refund may take from it.
  refund(log, quota, units, chargedAt, now) {
    if (chargedAt + quota.perTicks <= now) return { state: log, units: 0 };
    for (let i = 0; i < log.length; i += 2) {
      if (at(log, i) < chargedAt) continue;
      if (!shareCell(chargedAt, at(log, i), quota.cellTicks)) break;
      const held = at(log, i + 1);
      const state = units < held ? log.with(i + 1, held - units) : log.toSpliced(i, 2);
      return { state: state.length > 0 ? state : undefined, units: Math.min(units, held) };
    }
    return { state: log, units: 0 };
  },
};

/** The log after units were taken that count from an instant not before `now`: those of a lease count from its end. */
export function chargeAhead(
  log: SlidingWindowState | undefined,
  quota: SlidingWindowQuota,
  units: number,
  instant: number,
  now: number,
): SlidingWindowState {
  if (log === undefined) return [instant, units];
  return insertLive(log.slice(firstLive(log, now - quota.perTicks)), quota, units, instant);
}

function unitsWithin(log: SlidingWindowState | undefined, opened: number): number {
  if (log === undefined) return 0;
  let units = 0;
  for (let i = log.length - 2; i >= 0 && at(log, i) > opened; i -= 2) units += at(log, i + 1);
  return units;
}

/** Index of the first pair that still counts in the window opened (exclusive) at `opened`. */
function firstLive(log: SlidingWindowState, opened: number): number {
  let i = 0;
  while (i < log.length && at(log, i) <= opened) i += 2;
  return i;
}

/** The log with units taken at an instant, within its bounds. Changes `live`, of which every pair still counts. */
function insertLive(
  live: number[],
  { precision, cellTicks }: SlidingWindowQuota,
  units: number,
  instant: number,
): number[] {
  const newest = live.length - 2;
  if (
    live.length / 2 === precision + 1 &&
    instant > at(live, newest) &&
    shareCell(at(live, newest), instant, cellTicks)
  ) {
    // This is how a busy bucket is charged: what `insert` and then `fold` make of it, without a longer log between.
    live[newest] = instant;
    live[newest + 1] = at(live, newest + 1) + units;
    return live;
  }
  const next = insert(live, instant, units);
  while (next.length / 2 > precision + 1) fold(next, cellTicks);
  return next;
}

/**
 * The log with units at their place in time: nearly always the end, but a clock may have stepped back. Changes `log`
 * where it can; where it must grow, a copy of just the right size keeps a million of them small.
 */
function insert(log: number[], instant: number, units: number): number[] {
  let i = log.length;
  while (i > 0 && at(log, i - 2) > instant) i -= 2;
  if (i > 0 && at(log, i - 2) === instant) {
    log[i - 1] = at(log, i - 1) + units;
    return log;
  }
  return i === log.length ? log.concat([instant, units]) : log.toSpliced(i, 0, instant, units);
}

/** Makes one pair of two neighbours: the earlier gives its units to the later. */
function fold(log: number[], cellTicks: number): void {
  const earlier = newestOfSharedCell(log, cellTicks);
  log[earlier + 3] = at(log, earlier + 1) + at(log, earlier + 3);
  log.copyWithin(earlier, earlier + 2);
  log.length -= 2;
}

/**
 * Index of the newest pair whose next neighbour lies in the same cell. After a step back of the clock a log may span
 * more cells than a window; then that of the oldest pair of all, which is late but never early.
 */
function newestOfSharedCell(log: readonly number[], cellTicks: number): number {
  let i = log.length - 4;
  while (i > 0 && !shareCell(at(log, i), at(log, i + 2), cellTicks)) i -= 2;
  return i;
}

export function shareCell(earlier: number, later: number, cellTicks: number): boolean {
  return Math.floor(earlier / cellTicks) === Math.floor(later / cellTicks);
}

/** Every index used here is within the log. */
function at(log: readonly number[], index: number): number {
  return log[index] as number;
}
