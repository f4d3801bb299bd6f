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

/**
 * The whole decision on a call for one bucket, at one go: what the functions above come to, in half the time.
 * `undefined` where it has to be made step by step; then nothing was changed.
 */
export function decidePacked(
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
      // Every pair that is left counts, and has a unit at least.
      nextUnitTicks: at(log.numbers, log.from) - opened,
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
    resetTicks: newest + perTicks - now,
    mark: now,
  };
}

/** Whether it could be done: not where the clock has stepped back, or where the log needs another place. */
function chargeInPlace(log: PackedLog, quota: SlidingWindowQuota, units: number, now: number): boolean {
  const { numbers, from, to, page } = log;
  const opened = now - quota.perTicks;
  let live = from;
  let inUse = log.units;
  for (; live < to && at(numbers, live) <= opened; live += 2) inUse -= at(numbers, live + 1);
  const pairs = (to - live) / 2;
  const most = quota.precision + 1;
  const newest = at(numbers, to - 2);
  if (now < newest || pairs > most) return false;
  const joins = pairs > 0 && now === newest;
  const after = joins || pairs === most ? pairs : pairs + 1;
  if (!isRightFor(page.capacity, after)) return false;
  if (live > from) numbers.copyWithin(from, live, to);
  const last = from + 2 * (after - 1);
  if (joins) numbers[last + 1] = at(numbers, last + 1) + units;
  else {
    const kept = pairs === most ? makeRoom(numbers, from, last, quota.cellTicks, now) : 0;
    numbers[last] = now;
    numbers[last + 1] = kept + units;
  }
  numbers[from - 2] = after;
  numbers[from - 1] = inUse + units;
  log.to = last + 2;
  return true;
}

/**
 * Frees the last place of a full log, as the algorithm does: two neighbours of one cell become one pair. Returns the
 * units that the pair to come takes over, where it is one of the two.
 */
function makeRoom(log: Float64Array, from: number, last: number, cellTicks: number, now: number): number {
  let first = from;
  let cell = cellOf(at(log, from), cellTicks);
  for (let i = from + 2; ; i += 2) {
    const next = cellOf(i > last ? now : at(log, i), cellTicks);
    if (next === cell) {
      first = i - 2;
      break;
    }
    if (i > last) break;
    cell = next;
  }
  const units = at(log, first + 1);
  if (first === last) return units;
  log[first + 3] = units + at(log, first + 3);
  for (let i = first; i < last; i++) log[i] = at(log, i + 2);
  return 0;
}

/** Ticks until so many units have left the window opened (exclusive) at `opened`. */
function ticksUntilLeft({ numbers, from, to }: PackedLog, units: number, opened: number): number {
  let left = units;
  for (let i = from; i < to; i += 2) {
    const instant = at(numbers, i);
    if (instant <= opened) continue;
    left -= at(numbers, i + 1);
    if (left <= 0) return instant - opened;
  }
  return at(numbers, to - 2) - opened;
}

function newestOf({ numbers, to }: PackedLog): number {
  return at(numbers, to - 2);
}

function inUse(log: PackedLog, opened: number): number {
  const { numbers, from, to } = log;
  let { units } = log;
  for (let i = from; i < to && at(numbers, i) <= opened; i += 2) units -= at(numbers, i + 1);
  return units;
}

/** Every index used here is within the page. */
function at(numbers: Float64Array, index: number): number {
  return numbers[index] as number;
}
