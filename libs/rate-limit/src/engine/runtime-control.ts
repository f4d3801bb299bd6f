import type { PolicyDecision } from '../core/decision';
import type { Policy, PolicyMode } from '../core/policy';
import type { Quota } from '../core/quota';
import type { Charge } from '../core/store';

/** What an operator's lists say of a call. */
export type ListVerdict =
  | { readonly list: 'allow' }
  | {
      readonly list: 'ban';
      readonly entryId: string;
      /** Milliseconds; `Infinity` where the ban does not end by itself. */
      readonly remainingMs: number;
      /** Which of the identities it is about; none where it is about the address. */
      readonly identity: string | undefined;
    };

/** How a policy is to be applied to one identity. */
export interface Adjustment {
  readonly mode: PolicyMode;
  /** `undefined`: the policy's own. */
  readonly quota: Quota | undefined;
  /** Another quota that is tried out beside it, in place of the policy's own trial; `undefined`: none. */
  readonly trial: Quota | undefined;
}

/** Lists, and changes of policies for some keys. Decides in this process and never throws. */
export interface ControlRules {
  /** Allow beats ban. `address` is asked for only where an entry is about addresses. */
  judge(address: () => string | undefined, identities: readonly string[]): ListVerdict | undefined;
  adjust(policy: Policy<never>, charge: Charge): Adjustment | undefined;
}

/** Who gets a bucket of their own. Decides in this process and never throws. */
export interface NewcomerRules {
  /** The charges, with another identity where too many new keys came; `address` is asked for only where one is new. */
  admit(charges: readonly Charge[], address: () => string | undefined): readonly Charge[];
}

/** Told of decisions as they are made. Must be cheap and must not throw. */
export interface DecisionTap {
  /** What each policy that was asked said, or the ban; the charges in the same order. */
  decided(policies: readonly PolicyDecision[], charges: readonly Charge[]): void;
  /**
   * A policy in shadow mode was evaluated, which changed nothing for the caller. Of the trial of another limit it is told
   * only where that would have refused: the limit in force has told of the request.
   */
  shadowDecided(decision: PolicyDecision, charge: Charge, isTrial: boolean): void;
  /** What a key has used of a policy was reset by code. */
  letGo(policy: string, identity: string): void;
}

/**
 * What may be changed of decisions at run time, beside the policies themselves. Everything is `undefined` until somebody
 * asks for it, so that it costs a comparison.
 */
export class RuntimeControl {
  /** There are entries or changes for keys. */
  rules: ControlRules | undefined;
  tap: DecisionTap | undefined;
  /** Of requests; whoever calls by code chooses the keys. */
  newcomers: NewcomerRules | undefined;
}
