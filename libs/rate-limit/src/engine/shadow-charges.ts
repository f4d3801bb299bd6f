import { policyDecision } from '../core/policy-decision';
import { type Charge, isPromiseLike, type RateLimitStore, type Verdict } from '../core/store';
import type { DecisionTap } from './runtime-control';

/** A charge of a policy in shadow mode. */
export interface ShadowCharge {
  readonly policy: string;
  readonly charge: Charge;
}

type ShadowListener = Pick<DecisionTap, 'shadowDecided'>;

/**
 * Evaluates policies in shadow mode, each by itself and after the call was allowed, as it would be counted if it were
 * enforced. Nobody waits for it, and nothing of it fails the call.
 */
export function takeShadows(
  shadows: readonly ShadowCharge[],
  store: RateLimitStore,
  listeners: readonly (ShadowListener | undefined)[],
): void {
  for (const { policy, charge } of shadows) {
    const tell = ([verdict]: readonly Verdict[]): void => {
      if (verdict === undefined) return;
      const decision = policyDecision(policy, charge, verdict, store.source);
      for (const listener of listeners) listener?.shadowDecided(decision, charge);
    };
    try {
      const verdicts = store.consume([charge]);
      if (isPromiseLike(verdicts)) Promise.resolve(verdicts).then(tell, ignore);
      else tell(verdicts);
    } catch {
      // The store is gone and the policy is `closed`: there is nothing to count.
    }
  }
}

function ignore(): void {
  // As above.
}
