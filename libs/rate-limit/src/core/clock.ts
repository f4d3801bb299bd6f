import { ticksFromUnixMs } from './ticks';

/** Where a store or engine gets its time from. */
export interface Clock {
  /** The present, in ticks (see ticks.ts). */
  nowTicks(): number;
}

/** How far the monotonic reading may drift from the wall clock before it is set anew. */
const MAX_DRIFT_MS = 1_000;

/**
 * The clock of this process: microseconds fine, and steady while the wall clock is adjusted in small steps. A step of
 * more than a second (a machine that slept, an operator who set the time) is followed, so that calendar windows stay
 * aligned to the calendar.
 */
export function systemClock(): Clock {
  let unixMsAtZero = Date.now() - performance.now();
  let nextCheckMs = 0;
  return {
    nowTicks() {
      const monotonicMs = performance.now();
      if (monotonicMs >= nextCheckMs || monotonicMs < nextCheckMs - MAX_DRIFT_MS) {
        const anchorMs = Date.now() - monotonicMs;
        if (Math.abs(anchorMs - unixMsAtZero) > MAX_DRIFT_MS) unixMsAtZero = anchorMs;
        nextCheckMs = monotonicMs + MAX_DRIFT_MS;
      }
      return ticksFromUnixMs(unixMsAtZero + monotonicMs);
    },
  };
}
