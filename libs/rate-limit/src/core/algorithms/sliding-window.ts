import type { SlidingWindowQuota } from '../quota';
import type { Algorithm } from './algorithm';

/**
 * A log of (instant, units) pairs, oldest first, flat: [instant, units, instant, units, …]. A unit taken at instant t
 * counts until t + per, so the window is (now − per, now].
 */
export type SlidingWindowState = readonly number[];

/**
 * Never more than `limit` in any span of `per`, in at most `precision + 1` pairs. While those suffice the log is
 * exact. Beyond, two neighbours in one cell of per/precision become one pair at the later instant: a window touches at
 * most precision + 1 cells, so there are such neighbours, and a unit is released never early and at most
 * per/precision late.
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
      if (cellOf(at(log, i), quota.cellTicks) !== cellOf(chargedAt, quota.cellTicks)) break;
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
  now: number,
): number[] {
  if (live.length / 2 === precision + 1 && now > at(live, live.length - 2)) {
    replaceInFull(live, now, units, cellTicks);
    return live;
  }
  const next = insert(live, now, units);
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

/**
 * What `insert` at the end and then `fold` make of a full log, in place: this is how a busy bucket is charged, and
 * moving numbers within an array is twenty times as fast as making it longer and shorter again.
 */
function replaceInFull(log: number[], instant: number, units: number, cellTicks: number): void {
  const newest = log.length - 2;
  const oldest = firstOfSharedCell(log, cellTicks);
  if (oldest === undefined && cellOf(at(log, newest), cellTicks) === cellOf(instant, cellTicks)) {
    log[newest] = instant;
    log[newest + 1] = at(log, newest + 1) + units;
    return;
  }
  removeInto(log, oldest ?? 0);
  log[newest] = instant;
  log[newest + 1] = units;
}

/**
 * Makes one pair of the two oldest neighbours that share a cell. After a step back of the clock a log may span more
 * cells than a window; then the two oldest pairs of all are taken, which is late but never early.
 */
function fold(log: number[], cellTicks: number): void {
  removeInto(log, firstOfSharedCell(log, cellTicks) ?? 0);
  log.length -= 2;
}

/** Index of the oldest pair whose next neighbour lies in the same cell. */
function firstOfSharedCell(log: readonly number[], cellTicks: number): number | undefined {
  let cell = cellOf(at(log, 0), cellTicks);
  for (let i = 2; i < log.length; i += 2) {
    const next = cellOf(at(log, i), cellTicks);
    if (next === cell) return i - 2;
    cell = next;
  }
  return undefined;
}

/** Gives a pair's units to its next neighbour and moves all that follows one place forward; the last place is free. */
function removeInto(log: number[], i: number): void {
  const units = at(log, i + 1) + at(log, i + 3);
  for (let j = i; j + 2 < log.length; j++) log[j] = at(log, j + 2);
  log[i + 1] = units;
}

export function cellOf(instant: number, cellTicks: number): number {
  return Math.floor(instant / cellTicks);
}

/** Every index used here is within the log. */
function at(log: readonly number[], index: number): number {
  return log[index] as number;
}
