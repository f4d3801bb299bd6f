import type { Decision, PolicyDecision } from '../../core/decision';
import type { Charge } from '../../core/store';

/** Told of every decision as it is made, so everything here has to be cheap and must not throw. */
export interface DecisionObserver {
  /** Called before a decision. What it returns is handed back with the decision: when it began, or 0 for “not timed”. */
  begin(): number;

  /** A call by code was decided. The charges come in the order of `decision.policies`. */
  decidedCall(decision: Decision, charges: readonly Charge[], startedMs: number): void;

  /** A call by code of these policies could not be counted, and was refused for it. */
  failedCall(policies: readonly string[]): void;

  /** A request, or one more part of it, was decided, bypassed or failed; see `ObservedRequest`. */
  decidedRequest(request: ObservedRequest, decision: Decision, charges: readonly Charge[], startedMs: number): void;
  /** A policy in shadow mode was evaluated, or the trial of a limit would have refused; for the caller nothing changed. */
  shadowDecided(decision: PolicyDecision, charge: Charge): void;

  /** What a key has used of a policy was reset. */
  letGo(policy: string, identity: string): void;

  bypassedRequest(request: ObservedRequest): void;
  failedRequest(request: ObservedRequest): void;
}

/** What a guard asked of one request. */
export interface ObservedRequest {
  /** The policies that applied, before any was skipped. */
  readonly entries: readonly { readonly policy: ObservedPolicy }[];
  /** What an earlier guard made of the same request, which has been counted already. */
  readonly earlier: EarlierOutcome;
  /** Names of the policies that were in shadow mode for this request; told when it is decided. */
  shadowed?: readonly string[];
}

/** A policy of a request; without a mode it is enforced. */
export interface ObservedPolicy {
  readonly name: string;
  readonly mode?: 'enforce' | 'shadow' | 'off';
}

/** `none`: this guard is the first to look at the request. */
export type EarlierOutcome = 'none' | 'bypassed' | 'allowed' | 'denied';
