import type { Algorithm } from '../../core/algorithms/algorithm';
import { cellOf, slidingWindow, type SlidingWindowState } from '../../core/algorithms/sliding-window';
import type { SlidingWindowQuota } from '../../core/quota';
import type { Verdict } from '../../core/store';
import { isRightFor, PackedLog } from './packed-log';

/** What a call works with: the log where it is kept, or one by itself that is yet to be kept. */
export type PackedWindowState = PackedLog | SlidingWindowState;

/**
 * The sliding window for logs that lie in pages. Whoever keeps them keeps no other reference, so that `charge` changes
 * them in place where it can: nearly always. Everything else is done by the algorithm itself, on a copy.
 */
export const packedWindow: Algorithm<PackedWindowState, SlidingWindowQuota> = {
  heal(state, quota, now) {
    if (!(state instanceof PackedLog)) return slidingWindow.heal(state, quota, now);
    return newestOf(state) > now + quota.perTicks ? slidingWindow.heal(state.copy(), quota, now) : state;
  },

  available(state, quota, now) {
    if (!(state instanceof PackedLog)) return slidingWindow.available(state, quota, now);
    return Math.max(0, quota.limit - inUse(state, now - quota.perTicks));
  },

  charge(state, quota, units, now) {
    if (!(state instanceof PackedLog)) return slidingWindow.charge(state, quota, units, now);
    return chargeInPlace(state, quota, units, now) ? state : slidingWindow.charge(state.copy(), quota, units, now);
  },

  waitTicks(state, quota, units, now, available) {
    if (!(state instanceof PackedLog)) return slidingWindow.waitTicks(state, quota, units, now, available);
    if (units <= available) return 0;
    const opened = now - quota.perTicks;
    return ticksUntilLeft(state, units - (available > 0 ? available : quota.limit - inUse(state, opened)), opened);
  },

  fullAt(state, quota) {
    return state instanceof PackedLog ? newestOf(state) + quota.perTicks : slidingWindow.fullAt(state, quota);
  },

  mark(_state, now) {
    return now;
  },

  refund(state, quota, units, mark, now) {
    return slidingWindow.refund(state instanceof PackedLog ? state.copy() : state, quota, units, mark, now);
  },
};

/** The whole decision on a call for one bucket, as the functions above come to it; or `undefined`, and nothing has changed. */
export function decideInPlace(
  log: PackedLog,
  quota: SlidingWindowQuota,
  cost: number,
  now: number,
): Verdict | undefined {
  const newest = newestOf(log);
  if (now < newest || cost === 0 || cost > quota.limit) return undefined;
  const { limit, perTicks } = quota;
  const opened = now - perTicks;
  const left = limit - inUse(log, opened);
  if (cost <= left) {
    if (!chargeInPlace(log, quota, cost, now)) return undefined;
    return {
      outcome: 'allowed',
      granted: cost,
      remaining: left - cost,
      retryTicks: 0,
      nextUnitTicks: log.instantOf(0) - opened,
      resetTicks: perTicks,
      mark: now,
    };
  }
  return {
    outcome: 'denied',
    granted: 0,
    remaining: Math.max(0, left),
    retryTicks: ticksUntilLeft(log, cost - left, opened),
    nextUnitTicks: ticksUntilLeft(log, left > 0 ? 1 : 1 - left, opened),
    resetTicks: newest - opened,
    mark: now,
  };
}

/** Whether it could be done: not where the clock has stepped back, or where the log needs another place. */
function chargeInPlace(log: PackedLog, quota: SlidingWindowQuota, units: number, now: number): boolean {
  const opened = now - quota.perTicks;
  const { count } = log;
  let over = 0;
  let { units: inUse } = log;
  for (; over < count && log.instantOf(over) <= opened; over++) inUse -= log.unitsOf(over);
  const live = count - over;
  const most = quota.precision + 1;
  const newest = newestOf(log);
  if (now < newest || live > most) return false;
  const joins = live > 0 && now === newest;
  const isFull = live === most;
  if (!isRightFor(log.room, joins || isFull ? live : live + 1)) return false;
  if (over > 0) log.dropOldest(over);
  if (joins) addTo(log, live - 1, units);
  else log.add(now, isFull ? makeRoom(log, quota.cellTicks, now) + units : units);
  log.save(inUse + units);
  return true;
}

/**
 * Takes a pair out of a full log, as the algorithm does: two neighbours of one cell become one. Returns the units that
 * the pair to come takes over, where it is one of the two.
 */
function makeRoom(log: PackedLog, cellTicks: number, now: number): number {
  const last = log.count - 1;
  const earlier = firstOfSharedCell(log, cellTicks, now);
  const units = log.unitsOf(earlier);
  if (earlier === last) {
    log.count--;
    return units;
  }
  addTo(log, earlier + 1, units);
  const { numbers } = log;
  for (let pair = earlier; pair > 0; pair--) {
    const [to, from] = [log.indexOf(pair), log.indexOf(pair - 1)];
    numbers[to] = numbers[from] as number;
    numbers[to + 1] = numbers[from + 1] as number;
  }
  log.dropOldest(1);
  return 0;
}

/** The oldest pair of a full log whose next neighbour lies in the same cell: the one to come at `now` is the last. */
function firstOfSharedCell(log: PackedLog, cellTicks: number, now: number): number {
  const { count } = log;
  let cell = cellOf(log.instantOf(0), cellTicks);
  for (let pair = 1; pair <= count; pair++) {
    const next = cellOf(pair < count ? log.instantOf(pair) : now, cellTicks);
    if (next === cell) return pair - 1;
    cell = next;
  }
  return 0;
}

function addTo(log: PackedLog, pair: number, units: number): void {
  const index = log.indexOf(pair) + 1;
  log.numbers[index] = (log.numbers[index] as number) + units;
}

/** Ticks until so many units have left the window opened (exclusive) at `opened`. */
function ticksUntilLeft(log: PackedLog, units: number, opened: number): number {
  let left = units;
  for (let pair = 0; pair < log.count; pair++) {
    const instant = log.instantOf(pair);
    if (instant <= opened) continue;
    left -= log.unitsOf(pair);
    if (left <= 0) return instant - opened;
  }
  return newestOf(log) - opened;
}

function newestOf(log: PackedLog): number {
  return log.instantOf(log.count - 1);
}

function inUse(log: PackedLog, opened: number): number {
  let { units } = log;
  for (let pair = 0; pair < log.count && log.instantOf(pair) <= opened; pair++) units -= log.unitsOf(pair);
  return units;
}
