import { blocksKey, type PolicyDecision } from '../core/decision';
import type { Charge } from '../core/store';
import type { DecisionTap } from '../engine/runtime-control';
import { BlockedBoard } from './blocked-board';
import { LastLimits } from './last-limits';
import { RecentDecisions } from './recent-decisions';

/** Somebody who looks at some of the decisions. */
export interface Listener {
  decided(policy: PolicyDecision, charge: Charge, isShadow: boolean): void;
}

/** Writes down what the control plane has to know of decisions. Everything in it is bounded. */
export class DecisionJournal implements DecisionTap {
  readonly blocked: BlockedBoard;
  readonly recent: RecentDecisions;
  readonly limits = new LastLimits();
  /** Counts denials for bans; `undefined` while no policy has any. */
  escalation: Listener | undefined;
  /** Records traffic; `undefined` while nobody asked for it. */
  recorder: Listener | undefined;
  /** Whether somebody may ask this process for the last limits and decisions of a key. */
  isDetailed = false;

  /**
   * @param limitedByRequest Policies whose limit depends on the request.
   * @param dropped Told how many denials could not be kept for the other instances.
   */
  constructor(
    private readonly limitedByRequest: ReadonlySet<string>,
    dropped: (events: number) => void,
    unixMs: () => number = Date.now,
  ) {
    this.blocked = new BlockedBoard(unixMs, dropped);
    this.recent = new RecentDecisions(unixMs);
  }

  decided(policies: readonly PolicyDecision[], charges: readonly Charge[]): void {
    for (let i = 0; i < policies.length; i++) {
      const policy = policies[i] as PolicyDecision;
      const charge = charges[i] as Charge;
      const { identity, bucketId } = charge;
      if (policy.outcome === 'allowed') {
        // A call that took nothing says nothing of who is refused.
        if (!this.blocked.isEmpty && policy.granted > 0) this.blocked.allowed(policy.policy, identity, bucketId);
        continue;
      }
      if (blocksKey(policy)) this.blocked.note(policy, identity, bucketId);
      if (policy.banId === undefined) this.escalation?.decided(policy, charge, false);
    }
    this.common(policies, charges, false);
  }

  shadowDecided(policy: PolicyDecision, charge: Charge, isTrial: boolean): void {
    // What is recorded and remembered of a request is what its limit in force said.
    if (!isTrial) this.common([policy], [charge], true);
    else if (this.isDetailed) this.recent.note([policy], [charge], true);
  }

  letGo(policy: string, identity: string): void {
    this.blocked.release(policy, identity);
  }

  private common(policies: readonly PolicyDecision[], charges: readonly Charge[], isShadow: boolean): void {
    const { recorder } = this;
    if (recorder !== undefined) {
      for (let i = 0; i < policies.length; i++) {
        recorder.decided(policies[i] as PolicyDecision, charges[i] as Charge, isShadow);
      }
    }
    if (!this.isDetailed) return;
    if (this.limitedByRequest.size > 0) this.noteLimits(policies, charges);
    this.recent.note(policies, charges, isShadow);
  }

  private noteLimits(policies: readonly PolicyDecision[], charges: readonly Charge[]): void {
    for (let i = 0; i < policies.length; i++) {
      const { policy } = policies[i] as PolicyDecision;
      if (!this.limitedByRequest.has(policy)) continue;
      const { identity, quota } = charges[i] as Charge;
      this.limits.note(policy, identity, quota.limit);
    }
  }
}
