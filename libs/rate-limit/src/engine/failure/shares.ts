import type { Quota } from '../../core/quota';

interface Share {
  readonly instances: number;
  readonly quota: Quota;
}

/**
 * The part of each quota that one of N instances may spend by itself: 1/N rounded down, but at least one unit. So all
 * of them together spend at most max(limit, N).
 */
export class Shares {
  private readonly shares = new WeakMap<Quota, Share>();

  /** The quota of one of `instances` (at least 1). Made once for a quota as long as their number stays the same. */
  of(quota: Quota, instances: number): Quota {
    if (instances === 1) return quota;
    const known = this.shares.get(quota);
    if (known?.instances === instances) return known.quota;
    const share = shareOf(quota, instances);
    this.shares.set(quota, { instances, quota: share });
    return share;
  }
}

function shareOf(quota: Quota, instances: number): Quota {
  const limit = part(quota.limit, instances);
  const capacity = part(quota.capacity, instances);
  if (quota.algorithm !== 'token-bucket') return { ...quota, limit, capacity };
  return { ...quota, limit, capacity, ticksPerUnit: Math.ceil(quota.perTicks / Math.max(1, limit)) };
}

/** A policy that admits nothing goes on admitting nothing. */
function part(units: number, instances: number): number {
  return units === 0 ? 0 : Math.max(1, Math.floor(units / instances));
}
