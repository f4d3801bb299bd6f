import type { AnyAlgorithm, BucketState } from './algorithms/registry';
import type { Quota } from './quota';
import type { OwedUnits } from './store';

/**
 * The state after units were charged that another store let through, whether or not they fit: `available` stays at 0
 * until they are worked off. Units of a window that is over count nothing.
 */
export function chargeOwed(
  algorithm: AnyAlgorithm,
  state: BucketState | undefined,
  quota: Quota,
  owed: readonly OwedUnits[],
  now: number,
): BucketState | undefined {
  let charged = state === undefined ? undefined : algorithm.heal(state, quota, now);
  for (const { units, agoTicks } of owed) {
    const at = now - agoTicks;
    if (isOver(algorithm, charged, quota, at, now)) continue;
    charged = algorithm.charge(charged, quota, units, at);
  }
  return charged;
}

/** Whether a window that units were taken in at `at` holds none of them any more. A token bucket may still lack them. */
function isOver(
  algorithm: AnyAlgorithm,
  state: BucketState | undefined,
  quota: Quota,
  at: number,
  now: number,
): boolean {
  if (quota.algorithm === 'token-bucket') return false;
  if (quota.algorithm === 'fixed-window' && state !== undefined && algorithm.fullAt(state, quota) > now) return false;
  return algorithm.fullAt(algorithm.charge(undefined, quota, 1, at), quota) <= now;
}
