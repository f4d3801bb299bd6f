import type { Quota, TokenBucketQuota } from 'nest-floodgate/testing';
import type { LeaseGrant, LeaseReturn } from '../../../libs/rate-limit/src/core/lease/lease';
import type { Charge } from '../../../libs/rate-limit/src/core/store';

/** One call that was let through, as one of its buckets sees it. Times are the centre's. */
interface Admission {
  readonly at: number;
  readonly units: number;
  /** Units given back since; of a token bucket with their fraction. */
  returned: number;
}

/** What no algorithm survives unharmed: then the published bound holds, which has the leases that were out. */
export interface Incident {
  readonly kind: 'loss' | 'step';
  /** Between two ticks. */
  readonly at: number;
  /** The only bucket concerned; else all are. */
  readonly bucketId: string | undefined;
  /** By bucket, units that were leased and not told of. */
  readonly out: ReadonlyMap<string, number>;
}

interface OpenLease {
  readonly charges: readonly Charge[];
  readonly calls: number;
  readonly endTick: number;
}

/** What was really admitted, and how much more that is than was promised. */
export class Ledger {
  incident: Incident | undefined;
  private readonly buckets = new Map<string, { readonly quota: Quota; readonly admissions: Admission[] }>();
  private leases: OpenLease[] = [];

  admit({ bucketId, quota, cost }: Charge, at: number): Admission {
    const bucket = this.buckets.get(bucketId) ?? { quota, admissions: [] };
    this.buckets.set(bucketId, bucket);
    const admission = { at, units: cost, returned: 0 };
    bucket.admissions.push(admission);
    return admission;
  }

  granted(charges: readonly Charge[], { calls, endTick }: LeaseGrant): void {
    if (calls > 0) this.leases.push({ charges, calls, endTick });
  }

  told(charges: readonly Charge[], { spent, unspent, endTick }: LeaseReturn): void {
    const found = this.leases.findIndex(
      (lease) => lease.charges === charges && lease.endTick === endTick && lease.calls === spent + unspent,
    );
    if (found >= 0) this.leases.splice(found, 1);
  }

  /** Something happens to the centre, after this tick. */
  happens(kind: Incident['kind'], tick: number, bucketId?: string): void {
    const out = new Map<string, number>();
    for (const { charges, calls, endTick } of this.leases) {
      if (endTick <= tick) continue;
      for (const { bucketId: id, cost } of charges) out.set(id, (out.get(id) ?? 0) + calls * cost);
    }
    this.incident = { kind, at: tick + 0.5, bucketId, out };
  }

  /** The most units beyond what was promised that any span holds; 0 or less where the promise was kept. */
  excess(): number {
    let worst = -Infinity;
    for (const [bucketId, { quota, admissions }] of this.buckets) {
      admissions.sort((a, b) => a.at - b.at);
      for (const { from, to, allowance } of this.periods(bucketId)) {
        const inPeriod = admissions.filter(({ at }) => at > from && at < to);
        worst = Math.max(worst, fullestSpan(quota, inPeriod) - quota.capacity - allowance);
      }
    }
    return worst;
  }

  private periods(bucketId: string): readonly { from: number; to: number; allowance: number }[] {
    const { incident } = this;
    const always = { from: -Infinity, to: Infinity, allowance: 0 };
    if (incident === undefined || (incident.bucketId ?? bucketId) !== bucketId) return [always];
    const { kind, at, out } = incident;
    const after = { from: kind === 'step' ? -Infinity : at, to: Infinity, allowance: out.get(bucketId) ?? 0 };
    return [{ ...always, to: at }, after];
  }
}

/** Units in the fullest span; of a token bucket, beyond what came back in it. */
function fullestSpan(quota: Quota, admissions: readonly Admission[]): number {
  return quota.algorithm === 'token-bucket' ? mostLacking(quota, admissions) : mostWithin(quota, admissions);
}

function mostLacking({ ticksPerUnit }: TokenBucketQuota, admissions: readonly Admission[]): number {
  let most = 0;
  let lacks = 0;
  let last = 0;
  for (const { at, units, returned } of admissions) {
    lacks = Math.max(0, lacks - (at - last)) + units * ticksPerUnit - Math.round(returned * ticksPerUnit);
    most = Math.max(most, lacks);
    last = at;
  }
  return most / ticksPerUnit;
}

function mostWithin({ algorithm, perTicks }: Quota, admissions: readonly Admission[]): number {
  const windowOf = (at: number): number => Math.floor(at / perTicks);
  let most = 0;
  let held = 0;
  let oldest = 0;
  for (const { at, units, returned } of admissions) {
    const isOver = (earlier: number): boolean =>
      algorithm === 'sliding-window' ? earlier <= at - perTicks : windowOf(earlier) < windowOf(at);
    for (let first = admissions[oldest]!; isOver(first.at); first = admissions[++oldest]!) {
      held -= first.units - first.returned;
    }
    held += units - returned;
    most = Math.max(most, held);
  }
  return most;
}
