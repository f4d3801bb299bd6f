/** `impossible`: the cost is more than the policy could ever admit at once, so waiting will not help. */
export type Outcome = 'allowed' | 'denied' | 'impossible';

/** Where decisions come from. */
export const DECISION_SOURCES = ['memory', 'redis', 'lease', 'denial-cache', 'fallback'] as const;

/** Where a decision came from. */
export type DecisionSource = (typeof DECISION_SOURCES)[number];

/** What one policy said of one call. */
export interface PolicyDecision {
  /** Name of the policy. */
  readonly policy: string;
  readonly outcome: Outcome;
  /** Units a window admits; of a token bucket, its burst. */
  readonly limit: number;
  /**
   * The window as headers tell it: whole seconds, rounded up; of a token bucket, the time in which it fills. Left out
   * below one second and for calendar windows, whose length varies.
   */
  readonly windowSeconds: number | undefined;
  /** Units the call asked for. */
  readonly cost: number;
  /** Units the call was charged: `cost`, fewer in a partial grant, or 0 where the call was refused. */
  readonly granted: number;
  /** Whole units left after the call. */
  readonly remaining: number;
  /** Milliseconds until this policy has room for the cost: 0 when it has now, `Infinity` when impossible. */
  readonly retryAfterMs: number;
  /** Milliseconds until one unit more than `remaining` is there; 0 when nothing is in use. */
  readonly nextUnitAfterMs: number;
  /** Milliseconds until nothing is in use any more. */
  readonly resetAfterMs: number;
  readonly source: DecisionSource;
  /** Id of the ban that refused the call, without asking the policy. */
  readonly banId?: string;
}

/** Whether a key is refused for a while: a cost that can never fit says nothing of its next call, unless nothing fits. */
export function blocksKey({ outcome, limit }: PolicyDecision): boolean {
  return outcome === 'denied' || (outcome === 'impossible' && limit === 0);
}

/**
 * The answer to one call, over all of its policies: every one was charged, or none. The fields beside `policies` are
 * those of the strictest policy: one that refused, with the longest wait; else the one with least left.
 */
export interface Decision extends PolicyDecision {
  /** Whether the call may go on: `outcome === 'allowed'`. */
  readonly allowed: boolean;
  /** What each policy said, in the order in which they were asked. */
  readonly policies: readonly PolicyDecision[];
}

/** What the policies of one call said, folded into its decision. There is at least one. */
export class FoldedDecision implements Decision {
  readonly policy: string;
  readonly outcome: Outcome;
  readonly limit: number;
  readonly windowSeconds: number | undefined;
  readonly cost: number;
  readonly granted: number;
  readonly remaining: number;
  readonly retryAfterMs: number;
  readonly nextUnitAfterMs: number;
  readonly resetAfterMs: number;
  readonly source: DecisionSource;
  readonly allowed: boolean;
  readonly banId?: string;

  constructor(readonly policies: readonly PolicyDecision[]) {
    const strictest = strictestOf(policies);
    this.policy = strictest.policy;
    this.outcome = strictest.outcome;
    this.limit = strictest.limit;
    this.windowSeconds = strictest.windowSeconds;
    this.cost = strictest.cost;
    this.granted = strictest.granted;
    this.remaining = strictest.remaining;
    this.retryAfterMs = strictest.retryAfterMs;
    this.nextUnitAfterMs = strictest.nextUnitAfterMs;
    this.resetAfterMs = strictest.resetAfterMs;
    this.source = strictest.source;
    this.allowed = strictest.outcome === 'allowed';
    if (strictest.banId !== undefined) this.banId = strictest.banId;
  }
}

function strictestOf(policies: readonly PolicyDecision[]): PolicyDecision {
  let strictest = policies[0] as PolicyDecision;
  for (const next of policies) if (isStricter(next, strictest)) strictest = next;
  return strictest;
}

function isStricter(a: PolicyDecision, b: PolicyDecision): boolean {
  if ((a.outcome === 'allowed') !== (b.outcome === 'allowed')) return b.outcome === 'allowed';
  if (a.retryAfterMs !== b.retryAfterMs) return a.retryAfterMs > b.retryAfterMs;
  return a.outcome === 'allowed' && a.remaining < b.remaining;
}
