import { blocksKey, type DecisionSource, type PolicyDecision } from '../../core/decision';
import { BlockedIndex } from './blocked-index';
import { SOURCES, sourceIndex } from './decision-sources';
import type { PolicyStatistics, SourceCounts } from './instance-statistics';
import { RecentHitters } from './recent-hitters';

const HITTERS = 64;
const MOST_BLOCKED = 1_000;
/** From which share of the limit on a decision counts as near it. */
export const NEAR_LIMIT = 0.8;
/** An impossible call is refused for ever: it counts as blocked for a while only. */
const LONGEST_BLOCK_MS = 3_600_000;

/** What is known of a policy beside its decisions. */
export interface PolicyFacts {
  /** Units a window admits; `undefined` where that depends on the request. */
  readonly limit: number | undefined;
  readonly windowSeconds: number | undefined;
  /** Whether it only counts and never refuses. */
  readonly shadow: boolean;
}

/** Everything that is counted of one policy: plain numbers, made once. */
export class PolicyCounters {
  private readonly allowed = new Float64Array(SOURCES.length);
  private readonly denied = new Float64Array(SOURCES.length);
  private readonly shadowDenied = new Float64Array(SOURCES.length);
  bypassed = 0;
  errors = 0;
  private nearLimit = 0;
  private costAllowed = 0;
  private costDenied = 0;
  private usesCost = false;
  private readonly requests = new RecentHitters(HITTERS);
  private readonly denials = new RecentHitters(HITTERS);
  private readonly blocked = new BlockedIndex(MOST_BLOCKED);

  constructor(
    readonly name: string,
    public facts: PolicyFacts,
  ) {}

  decided({ outcome, source, cost, granted, limit, remaining }: PolicyDecision): void {
    const index = sourceIndex(source);
    if (cost !== 1) this.usesCost = true;
    if (outcome === 'allowed') {
      this.allowed[index] = (this.allowed[index] as number) + 1;
      this.costAllowed += granted;
      if (limit - remaining >= NEAR_LIMIT * limit) this.nearLimit++;
    } else {
      this.denied[index] = (this.denied[index] as number) + 1;
      this.costDenied += cost;
    }
  }

  /** What the policy would have said, had it been enforced. */
  shadowDecided({ outcome, source }: PolicyDecision): void {
    const counts = outcome === 'allowed' ? this.allowed : this.shadowDenied;
    const index = sourceIndex(source);
    counts[index] = (counts[index] as number) + 1;
  }

  /** Whose decision it was. With a weight of 0 it is left out where keys are weighed: who is refused is known of every one. */
  decidedFor(identity: string, decision: PolicyDecision, weight: number, nowMs: number, bucketId?: string): void {
    if (weight > 0) this.requests.add(identity, weight);
    if (decision.outcome === 'allowed') return;
    if (weight > 0) this.denials.add(identity, weight);
    if (!blocksKey(decision)) return;
    const untilMs = nowMs + Math.min(decision.retryAfterMs, LONGEST_BLOCK_MS);
    this.blocked.note(identity, untilMs, decision.banId === undefined ? bucketId : undefined);
  }

  /** Whether it is known that the key is, or was a moment ago, refused. */
  holds(identity: string): boolean {
    return this.blocked.has(identity);
  }

  /** Whoever is let pass before his time is over is refused no longer. A call that took nothing says nothing. */
  allowedFor(identity: string, { granted }: PolicyDecision, bucketId: string): void {
    if (!this.blocked.isEmpty && granted > 0) this.blocked.allowed(identity, bucketId);
  }

  /** What it used was reset: until it is refused again it is not blocked. */
  letGo(identity: string): void {
    this.blocked.letGo(identity);
  }

  nextSecond(nowMs: number): void {
    this.blocked.dropOver(nowMs);
  }

  nextSpan(): void {
    this.requests.turn();
    this.denials.turn();
  }

  snapshot(nowMs: number, most: number): PolicyStatistics {
    return {
      allowed: sum(this.allowed),
      denied: sum(this.denied),
      shadowDenied: sum(this.shadowDenied),
      bypassed: this.bypassed,
      errors: this.errors,
      bySource: {
        allowed: bySource(this.allowed),
        denied: bySource(this.denied),
        shadowDenied: bySource(this.shadowDenied),
      },
      nearLimit: this.nearLimit,
      cost: this.usesCost ? { allowed: this.costAllowed, denied: this.costDenied } : undefined,
      facts: this.facts,
      blocked: { ...this.blocked.count(nowMs), keys: this.blocked.list(nowMs, most) },
      topRequests: this.requests.top(most),
      topDenials: this.denials.top(most),
    };
  }
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** Sources without any are left out. */
function bySource(counts: Float64Array): SourceCounts {
  const found: Partial<Record<DecisionSource, number>> = {};
  for (const [i, source] of SOURCES.entries()) {
    const count = counts[i] as number;
    if (count !== 0) found[source] = count;
  }
  return found;
}
