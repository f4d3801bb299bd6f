import { fixedWindow, type FixedWindowState } from '../algorithms/fixed-window';
import { chargeAhead, slidingWindow, type SlidingWindowState } from '../algorithms/sliding-window';
import type { FixedWindowQuota, SlidingWindowQuota } from '../quota';
import type { Leasing } from './leasing';

/** A lease is one pair at the instant it ends: no unit of it can be spent later, so none is released early. */
export const slidingWindowLeasing: Leasing<SlidingWindowState, SlidingWindowState, SlidingWindowQuota> = {
  heal: (kept, quota, now) => slidingWindow.heal(kept, quota, now),
  settle: (kept) => kept,
  stateOf: (kept) => kept,
  withState: (_kept, state) => state,

  longestLife(_kept, { perTicks }) {
    return perTicks;
  },

  grant(kept, quota, units, endTick, now) {
    return chargeAhead(kept, quota, units, endTick, now);
  },

  giveBack(kept, quota, { unspent, endTick }, now) {
    return now < endTick && unspent > 0 ? slidingWindow.refund(kept, quota, unspent, endTick, now).state : kept;
  },
};

/** A lease is charged to the window's counter, and dies with the window. */
export const fixedWindowLeasing: Leasing<FixedWindowState, FixedWindowState, FixedWindowQuota> = {
  heal: (kept, quota, now) => fixedWindow.heal(kept, quota, now),
  settle: (kept) => kept,
  stateOf: (kept) => kept,
  withState: (_kept, state) => state,

  longestLife(kept, quota, now) {
    return fixedWindow.charge(kept, quota, 0, now).end - now;
  },

  grant(kept, quota, units, _endTick, now) {
    return fixedWindow.charge(kept, quota, units, now);
  },

  giveBack(kept, quota, { unspent, endTick }, now) {
    return now < endTick && unspent > 0 ? fixedWindow.refund(kept, quota, unspent, kept.end, now).state : kept;
  },
};
