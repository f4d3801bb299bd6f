import type { Quota } from '../../core/quota';
import { TICKS_PER_MS } from '../../core/ticks';

const TICKS_PER_SECOND = 1_000 * TICKS_PER_MS;
/** Of the window, as a divisor. */
const PART = 8;
/** 4,096 seconds. */
const MOST = 12;

/**
 * How much longer than its states a key may live, as a power of two in seconds: up to an eighth of the window, at least
 * one second, at most 68 minutes. That spares most writes a PEXPIRE (lua/packing.lua).
 */
export function slackExponent(quota: Quota): number {
  const seconds = lifeTicks(quota) / TICKS_PER_SECOND / PART;
  return Math.min(MOST, Math.max(0, Math.floor(Math.log2(seconds))));
}

/** The longest a state lives that no call touches. */
function lifeTicks(quota: Quota): number {
  return quota.algorithm === 'token-bucket' ? quota.capacity * quota.ticksPerUnit : quota.perTicks;
}
