import type { DecisionSource } from '../../core/decision';
import type { BlockedKey } from './blocked-index';
import type { LatencyCounts } from './latency-histogram';
import type { OutcomeCounts } from './outcome-counts';
import type { PolicyFacts } from './policy-counters';
import type { HeavyHitter } from './space-saving';

export type SourceCounts = Readonly<Partial<Record<DecisionSource, number>>>;

/** What was counted of one policy. A request of several policies is counted by each of them. */
export interface PolicyStatistics extends OutcomeCounts {
  readonly bySource: Readonly<Record<'allowed' | 'denied' | 'shadowDenied', SourceCounts>>;
  /** Allowed calls that left a fifth of the limit or less. */
  readonly nearLimit: number;
  /** Units, where any call took other than one. */
  readonly cost: { readonly allowed: number; readonly denied: number } | undefined;
  readonly facts: PolicyFacts;
  /** Who is refused now. `atLeast`: there are more than are kept track of. */
  readonly blocked: { readonly count: number; readonly atLeast: boolean; readonly keys: readonly BlockedKey[] };
  /** Who asked most, and who was refused most, in the last five to ten minutes. */
  readonly topRequests: readonly HeavyHitter[];
  readonly topDenials: readonly HeavyHitter[];
}

export const STORE_ERROR_KINDS = ['timeout', 'connection', 'noscript', 'readonly', 'moved', 'other'] as const;

/** Why the store did not answer a command. */
export type StoreErrorKind = (typeof STORE_ERROR_KINDS)[number];

/** Everything that one process has counted since it started. Plain data. */
export interface InstanceStatistics {
  /** HTTP requests that any policy applied to, each counted once. */
  readonly requests: OutcomeCounts;
  /** Calls of `RateLimiter`. */
  readonly calls: OutcomeCounts;
  readonly policies: Readonly<Record<string, PolicyStatistics>>;
  readonly decisionLatency: Readonly<Partial<Record<DecisionSource, LatencyCounts>>>;
  readonly storeLatency: Readonly<Record<string, LatencyCounts>>;
  readonly storeErrors: Readonly<Partial<Record<StoreErrorKind, number>>>;
}
