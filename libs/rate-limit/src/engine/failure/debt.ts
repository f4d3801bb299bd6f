import { algorithmOf, type BucketState } from '../../core/algorithms/registry';
import { chargeOwed } from '../../core/owed';
import type { Quota } from '../../core/quota';
import type { OwedUnits } from '../../core/store';

/** What one bucket has let through that the store does not know of, as the bucket would be if that were all. */
export class Debt {
  private state: BucketState | undefined;
  private lastSpentAt = 0;

  /** @param quota The whole quota, not a share: it is the store that the units are owed to. */
  constructor(private quota: Quota) {}

  spend(quota: Quota, units: number, now: number): void {
    this.quota = quota;
    this.lastSpentAt = now;
    this.charge([{ units, agoTicks: 0 }], now);
  }

  /** Adds what an older debt of the same bucket still holds. */
  absorb(older: Debt, now: number): void {
    this.lastSpentAt = Math.max(this.lastSpentAt, older.lastSpentAt);
    this.charge(older.owedAt(now), now);
  }

  /** Returns the units given back: no more than it still held. */
  refund(units: number, mark: number, now: number): number {
    if (this.state === undefined) return 0;
    const refunded = algorithmOf(this.quota).refund(this.state, this.quota, units, mark, now);
    this.state = refunded.state;
    return refunded.units;
  }

  isOver(now: number): boolean {
    return this.state === undefined || algorithmOf(this.quota).fullAt(this.state, this.quota) <= now;
  }

  /** What is still held: units inside the window; of a token bucket what it lacks, at most its burst. */
  owedAt(now: number): readonly OwedUnits[] {
    const { state, quota } = this;
    if (state === undefined || this.isOver(now)) return [];
    switch (quota.algorithm) {
      case 'sliding-window':
        return pairsWithin(state as readonly number[], now, quota.perTicks);
      case 'token-bucket': {
        const lackTicks = (state as number) - now;
        const units = Math.min(quota.capacity, Math.ceil(lackTicks / quota.ticksPerUnit));
        // Taken that long ago, whole units lack now exactly what is lacking.
        return [{ units, agoTicks: Math.max(0, units * quota.ticksPerUnit - lackTicks) }];
      }
      case 'fixed-window': {
        const { used } = state as { readonly used: number };
        return used > 0 ? [{ units: used, agoTicks: Math.max(0, now - this.lastSpentAt) }] : [];
      }
    }
  }

  private charge(owed: readonly OwedUnits[], now: number): void {
    this.state = chargeOwed(algorithmOf(this.quota), this.state, this.quota, owed, now);
  }
}

function pairsWithin(log: readonly number[], now: number, perTicks: number): readonly OwedUnits[] {
  const owed: OwedUnits[] = [];
  for (let i = 0; i + 1 < log.length; i += 2) {
    const agoTicks = Math.max(0, now - (log[i] as number));
    if (agoTicks < perTicks) owed.push({ units: log[i + 1] as number, agoTicks });
  }
  return owed;
}
