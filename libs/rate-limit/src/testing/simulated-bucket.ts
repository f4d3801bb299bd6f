import { algorithmOf, type AnyAlgorithm, type BucketState } from '../core/algorithms/registry';
import { compileQuota, MAX_LIMIT, type QuotaOptions } from '../core/compile-quota';
import { parseWholeNumber, Problems } from '../core/problems';
import type { Quota } from '../core/quota';
import type { Verdict } from '../core/store';
import { grantedVerdict, untakenVerdict } from '../core/verdict';

/** The quota of some options, checked as a policy's are. Throws a `ConfigurationError`. */
export function quotaOf(options: QuotaOptions & { readonly limit: number }): Quota {
  const problems = new Problems();
  const limit = parseWholeNumber(options.limit, 0, MAX_LIMIT);
  if (limit === undefined) problems.add('quota.limit', `is ${String(options.limit)}.`, 'Write a whole number.');
  const quota = compileQuota('quota', options, problems)?.(limit ?? 0, problems);
  problems.throwIfAny();
  return quota as Quota;
}

/**
 * One bucket with no store around it: the algorithms in the order in which every store must call them. `heal` comes
 * first, and what it mended is kept even where the call is refused; only `peek` keeps nothing.
 */
export class SimulatedBucket {
  state: BucketState | undefined;

  consume(quota: Quota, cost: number, now: number): Verdict {
    const algorithm = this.heal(quota, now);
    const fits = cost <= algorithm.available(this.state, quota, now);
    return fits ? this.take(quota, cost, now) : untakenVerdict(algorithm, this.state, quota, cost, now);
  }

  consumeUpTo(quota: Quota, cost: number, now: number): Verdict {
    const algorithm = this.heal(quota, now);
    if (cost > 0 && quota.capacity === 0) return untakenVerdict(algorithm, this.state, quota, cost, now);
    return this.take(quota, Math.min(cost, algorithm.available(this.state, quota, now)), now);
  }

  peek(quota: Quota, cost: number, now: number): Verdict {
    const algorithm = algorithmOf(quota);
    const state = this.state === undefined ? undefined : algorithm.heal(this.state, quota, now);
    return untakenVerdict(algorithm, state, quota, cost, now);
  }

  /** Returns the units given back. */
  refund(quota: Quota, units: number, mark: number, now: number): number {
    const algorithm = this.heal(quota, now);
    if (this.state === undefined) return 0;
    const refund = algorithm.refund(this.state, quota, units, mark, now);
    this.state = refund.state;
    return refund.units;
  }

  private heal(quota: Quota, now: number): AnyAlgorithm {
    const algorithm = algorithmOf(quota);
    if (this.state !== undefined) this.state = algorithm.heal(this.state, quota, now);
    return algorithm;
  }

  private take(quota: Quota, units: number, now: number): Verdict {
    const algorithm = algorithmOf(quota);
    if (units > 0) this.state = algorithm.charge(this.state, quota, units, now);
    return grantedVerdict(algorithm, this.state, quota, units, algorithm.available(this.state, quota, now), now);
  }
}
