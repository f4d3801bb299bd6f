import type { PolicyDecision } from '../core/decision';
import type { Policy } from '../core/policy';
import { policyDecision } from '../core/policy-decision';
import type { Quota } from '../core/quota';
import type { Charge, MaybePromise, RateLimitStore, Verdict } from '../core/store';
import { trialBucketId } from './bucket-id';
import { mapMaybe, tryMaybe } from './maybe-promise';
import { quotaIfFits } from './policy-patch';
import { type Receipt, receiptOf, type ShadowReceipt } from './receipt';
import type { Adjustment, DecisionTap } from './runtime-control';

/** A charge of a policy in shadow mode, or of a limit that is tried out. */
export interface ShadowCharge {
  readonly policy: string;
  readonly charge: Charge;
  /** Of a trial: where the charge of the limit in force stands among those that are enforced. */
  readonly beside?: number;
}

type ShadowListener = Pick<DecisionTap, 'shadowDecided'>;

/**
 * Evaluates policies in shadow mode and trials, each by itself, as it would be counted if it were enforced. Nobody waits
 * for it, and nothing of it fails the call. Returns what each one took: it is given back with the call.
 * @param isPartial The call takes what is there: so does what is evaluated beside it.
 */
export function takeShadows(
  shadows: readonly ShadowCharge[],
  store: RateLimitStore,
  listeners: readonly (ShadowListener | undefined)[],
  isPartial = false,
): readonly ShadowReceipt[] {
  const take = (charge: Charge): MaybePromise<readonly Verdict[]> =>
    isPartial ? mapMaybe(store.consumeUpTo(charge), (verdict) => [verdict]) : store.consume([charge]);
  return shadows.map(({ policy, charge, beside }) => {
    const isTrial = beside !== undefined;
    const tell = ([verdict]: readonly Verdict[]): Receipt | undefined => {
      if (verdict === undefined) return undefined;
      if (!isTrial || verdict.outcome !== 'allowed') {
        const decision = policyDecision(policy, charge, verdict, store.source);
        for (const listener of listeners) listener?.shadowDecided(decision, charge, isTrial);
      }
      return receiptOf(charge, verdict);
    };
    // The store may be gone and the policy `closed`: there is nothing to count then.
    return tryMaybe<Receipt | undefined>(
      () => mapMaybe(take(charge), tell),
      () => undefined,
    );
  });
}

/** The same request by the limit that is tried out, in a bucket of its own; `undefined` where there is none for it. */
export function trialCharge(
  { quota: own, trial }: Policy<never>,
  charge: Charge,
  adjustment: Adjustment | undefined,
): Charge | undefined {
  // A change for some keys stands in for one for all of them.
  const quota = adjustment === undefined ? trial && trialQuota(trial, charge.quota, own) : adjustment.trial;
  return quota === undefined ? undefined : { ...charge, bucketId: trialBucketId(charge.bucketId), quota };
}

/** A limit that a call passes stays whatever the policy says, so there is nothing to be tried out. */
function trialQuota(trial: Policy<never>, given: Quota, own: Quota | undefined): Quota | undefined {
  if (own !== undefined && given !== own) return undefined;
  return trial.quota ?? quotaIfFits(trial, given.limit);
}

/** The trials that would have been asked in place of their policies: no other policy refused the call. */
export function trialsOf(
  trials: readonly ShadowCharge[],
  policies: readonly Pick<PolicyDecision, 'outcome'>[],
): readonly ShadowCharge[] {
  return trials.filter(({ beside }) => policies.every(({ outcome }, i) => i === beside || outcome === 'allowed'));
}
