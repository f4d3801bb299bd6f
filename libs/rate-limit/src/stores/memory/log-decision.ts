import { shareCell } from '../../core/algorithms/sliding-window';
import type { SlidingWindowQuota } from '../../core/quota';
import type { Verdict } from '../../core/store';
import { COUNT, isRightFor, type LogPage, NEWEST, OLDER, UNITS } from './log-page';

/**
 * The whole decision on a call for one bucket, as the algorithm comes to it, with the log changed where it lies.
 * `undefined` for what is rare, and nothing was changed: the clock has stepped back, the log needs another place, or two
 * of its pairs are to become one.
 */
export function decideInPlace(
  page: LogPage,
  place: number,
  quota: SlidingWindowQuota,
  cost: number,
  now: number,
): Verdict | undefined {
  const { numbers } = page;
  const { limit, perTicks, precision, cellTicks } = quota;
  const base = page.indexOf(place);
  const newest = at(numbers, base + NEWEST);
  if (now < newest || cost === 0 || cost > limit) return undefined;
  const opened = now - perTicks;
  const end = base + OLDER + 2 * ((at(numbers, base + COUNT) | 0) - 1);
  let oldest = base + OLDER;
  let inUse = at(numbers, base + UNITS);
  for (; oldest < end && at(numbers, oldest) <= opened; oldest += 2) inUse -= at(numbers, oldest + 1);
  if (newest <= opened) inUse = 0;
  const left = limit - inUse;
  if (cost > left) {
    return {
      outcome: 'denied',
      granted: 0,
      remaining: Math.max(0, left),
      retryTicks: instantLeft(numbers, oldest, end, cost - left, newest) - opened,
      nextUnitTicks: instantLeft(numbers, oldest, end, left > 0 ? 1 : 1 - left, newest) - opened,
      resetTicks: newest - opened,
      mark: now,
    };
  }
  const live = newest <= opened ? 0 : (end - oldest) / 2 + 1;
  const joins = now === newest || (live > precision && shareCell(newest, now, cellTicks));
  const count = joins ? live : live + 1;
  if (count > precision + 1 || !isRightFor(page.capacity, count)) return undefined;
  // What is over is taken away only now: a call at an earlier instant, or of a longer window, could have counted it yet.
  if (oldest > base + OLDER) numbers.copyWithin(base + OLDER, oldest, end);
  if (joins) {
    numbers[base + NEWEST + 1] = at(numbers, base + NEWEST + 1) + cost;
  } else {
    if (live > 0) {
      const last = base + OLDER + 2 * (live - 1);
      numbers[last] = newest;
      numbers[last + 1] = at(numbers, base + NEWEST + 1);
    }
    numbers[base + NEWEST + 1] = cost;
  }
  numbers[base + NEWEST] = now;
  numbers[base + COUNT] = count;
  numbers[base + UNITS] = inUse + cost;
  return {
    outcome: 'allowed',
    granted: cost,
    remaining: left - cost,
    retryTicks: 0,
    nextUnitTicks: (count > 1 ? at(numbers, base + OLDER) : now) - opened,
    resetTicks: perTicks,
    mark: now,
  };
}

/** The instant of the pair with which so many units will have left. */
function instantLeft(numbers: Float64Array, oldest: number, end: number, units: number, newest: number): number {
  let left = units;
  for (let index = oldest; index < end; index += 2) {
    left -= at(numbers, index + 1);
    if (left <= 0) return at(numbers, index);
  }
  return newest;
}

/** Every index used here is within the page. */
function at(numbers: Float64Array, index: number): number {
  return numbers[index] as number;
}
