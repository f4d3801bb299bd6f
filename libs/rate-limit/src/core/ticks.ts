/**
 * The integer time of all arithmetic: ticks of 1/8 µs since 2025-01-01T00:00:00Z.
 *
 * Fractional doubles make JavaScript and Lua differ in the last digit of `remaining`; integers below 2^53 do not, and
 * counting from 2025 keeps them below that until 2060.
 */
export const TICKS_PER_MS = 8_000;
export const TICK_EPOCH_MS = Date.UTC(2025, 0, 1);

/** The tick of a Unix time in milliseconds, rounded down. */
export function ticksFromUnixMs(unixMs: number): number {
  return Math.floor((unixMs - TICK_EPOCH_MS) * TICKS_PER_MS);
}

/** The Unix time of a tick, in milliseconds, with its fraction. */
export function unixMsFromTicks(ticks: number): number {
  return ticks / TICKS_PER_MS + TICK_EPOCH_MS;
}

/** A length of time in ticks, rounded up: a window may grow by less than a tick, never shrink. */
export function ticksFromMs(ms: number): number {
  return Math.ceil(ms * TICKS_PER_MS);
}

/** A length of time in whole milliseconds, rounded up: whoever waits that long has waited long enough. */
export function msFromTicks(ticks: number): number {
  return Math.ceil(ticks / TICKS_PER_MS);
}
