import type { AlgorithmId, KeyView, PolicyMode } from './common';
import type { ListEntry } from './lists';
import type { Override } from './overrides';

/** One key over all policies. */
export interface KeyInspection {
  readonly key: KeyView;
  readonly atMs: number;
  readonly policies: readonly KeyInPolicy[];
  /** Entries that concern it, the one that wins first. */
  readonly entries: readonly ListEntry[];
  /** What decides before any policy; `null`: the policies. */
  readonly decidedBy: { readonly list: 'ban' | 'allow'; readonly entryId: string } | null;
  readonly overrides: readonly Override[];
  readonly recent: readonly RecentDecision[];
  /** `recent` has all decisions of one in so many keys; 0 where none are kept. */
  readonly recentSampledOneIn: number;
  readonly isSampled: boolean;
}

/** What a key has used of one limit. */
export interface KeyUse {
  readonly used: number | null;
  readonly remaining: number | null;
  /**
   * `blocked`: refused now, or in shadow it would be. A key that an entry lets pass is never blocked, nor is one of a
   * policy that is off, whatever it has used.
   */
  readonly state: 'blocked' | 'ok' | 'unused' | 'unknown';
  /** When it has room for one unit again; `null` where it has now. */
  readonly unblocksAtMs: number | null;
  /** When nothing is in use any more. */
  readonly resetsAtMs: number | null;
  readonly source: string;
}

export interface KeyInPolicy extends KeyUse {
  readonly policy: string;
  /** Where the bucket is shared: `` for the whole policy, else a route, controller or group. */
  readonly scope: string;
  readonly algorithm: AlgorithmId;
  readonly mode: PolicyMode;
  /** `last-seen`: it depends on the request, and this is what it last was for this key; `unknown`: never seen here. */
  readonly limitFrom: 'policy' | 'override' | 'last-seen' | 'unknown';
  readonly limit: number | null;
  readonly overrideId: string | null;
  /** The limit that is tried out for this key in shadow, and what it would say; `null`: none is. */
  readonly trial: KeyTrial | null;
}

export interface KeyTrial extends KeyUse {
  readonly limit: number;
  readonly overrideId: string | null;
}

export interface RecentDecision {
  readonly atMs: number;
  readonly policy: string;
  readonly outcome: 'allowed' | 'denied' | 'impossible' | 'shadow-denied' | 'banned';
  readonly cost: number;
  readonly remaining: number;
  readonly limit: number;
  readonly retryAfterMs: number | null;
}

export interface KeySearchQuery {
  /** Begins with. */
  readonly search?: string;
}

export interface KeyList {
  readonly keys: readonly {
    readonly key: KeyView;
    readonly policies: readonly string[];
    readonly known: readonly ('blocked' | 'listed' | 'overridden')[];
  }[];
  /** Only keys that stand out are known by name; others can be inspected by their exact value. */
  readonly complete: false;
}

export interface ResetRequest {
  /** `KeyView.ref`s or identities; at most 100. */
  readonly keys: readonly string[];
  /** Left out: all. One that is not known is refused. */
  readonly policy?: string;
  readonly reason: string;
}

export interface ResetResult {
  readonly results: readonly {
    readonly key: KeyView;
    /** Policies that were blocked or in use before, as far as their limits are known here. Empty: it was reset already. */
    readonly policies: readonly string[];
    readonly problem: string | null;
  }[];
}

export interface BlockedQuery {
  readonly policy?: string;
  readonly search?: string;
}

export interface BlockedKeyView {
  readonly key: KeyView;
  readonly policy: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Denials since, as far as instances have told; they do once a second. */
  readonly denied: number;
  /** Set where a ban blocks it, not the limit. */
  readonly entryId: string | null;
}

export interface BlockedList {
  readonly atMs: number;
  readonly blocked: readonly BlockedKeyView[];
  readonly count: number;
  /** There are more than are kept track of (1,000 a policy). */
  readonly atLeast: boolean;
}
