import { calendarWindowEnd } from '../calendar';
import type { FixedWindowQuota } from '../quota';
import type { Algorithm } from './algorithm';

/** A window's end (exclusive, in ticks) and the units taken in it. The state of a window that is over counts nothing. */
export interface FixedWindowState {
  readonly end: number;
  readonly used: number;
}

/**
 * A counter for each aligned window. A small step back of the clock, into the window before, keeps the later window's
 * counter: otherwise a clock that wavers around a boundary would admit the limit again with every crossing.
 */
export const fixedWindow: Algorithm<FixedWindowState, FixedWindowQuota> = {
  heal(state, quota, now) {
    if (state.end - now <= 2 * quota.perTicks) return state;
    // Not the present window, which may be about to end: the units would be forgotten soon after they were taken.
    return { end: windowEnd(quota, windowEnd(quota, now)), used: state.used };
  },

  available(state, quota, now) {
    return Math.max(0, quota.limit - usedAt(state, now));
  },

  charge(state, quota, units, now) {
    return state !== undefined && state.end > now
      ? { end: state.end, used: state.used + units }
      : { end: windowEnd(quota, now), used: units };
  },

  waitTicks(state, _quota, units, now, available) {
    return state === undefined || units <= available ? 0 : state.end - now;
  },

  fullAt(state) {
    return state.end;
  },

  mark(state) {
    return state.end;
  },

  refund(state, _quota, units, chargedEnd, now) {
    if (state.end !== chargedEnd || state.end <= now) return { state, units: 0 };
    const used = Math.max(0, state.used - units);
    // Kept when nothing is left of it: the end still tells a clock that steps back that this window had begun.
    return { state: { end: state.end, used }, units: state.used - used };
  },
};

function usedAt(state: FixedWindowState | undefined, now: number): number {
  return state !== undefined && state.end > now ? state.used : 0;
}

/** The end of the window that contains `now`: windows are aligned to 2025-01-01T00:00Z, or to the calendar. */
function windowEnd(quota: FixedWindowQuota, now: number): number {
  return quota.calendar === undefined
    ? (Math.floor(now / quota.perTicks) + 1) * quota.perTicks
    : calendarWindowEnd(quota.calendar.unit, quota.calendar.timeZone, now);
}
