import type { Actor, Applied, FieldChange, KeyView, PolicyMode } from './common';

/** What is changed; what is left out stays as code says. At least one of them. */
export interface OverridePatch {
  readonly limit?: number;
  /** A length of time: `30s`, `1m`, `1h`, or milliseconds where it has no unit; of a calendar window `day`, `week`, `month`. */
  readonly per?: string | number;
  /** Token buckets only. */
  readonly burst?: number;
  readonly mode?: PolicyMode;
}

/** Whom it concerns. The more exact wins: key, then pattern (the longest), then policy. */
export type OverrideScope =
  | { readonly kind: 'policy' }
  | { readonly kind: 'key'; readonly key: string }
  /** Of identities, where `*` stands for any characters: `user:acme-*`. */
  | { readonly kind: 'pattern'; readonly pattern: string };

/** `active` of `mode: 'shadow'` is `shadow`. */
export type OverrideState = 'active' | 'shadow' | 'expired' | 'removed';

export interface Override {
  readonly id: string;
  /** Grows with each change; to be sent as `If-Match`. */
  readonly version: number;
  readonly policy: string;
  readonly scope: OverrideScopeView;
  readonly patch: OverridePatch;
  readonly state: OverrideState;
  readonly reason: string;
  readonly createdBy: Actor;
  readonly createdAtMs: number;
  readonly changedBy: Actor;
  readonly changedAtMs: number;
  /** `null`: never. */
  readonly expiresAtMs: number | null;
  /** What code said when it was made, where code says something else now. */
  readonly codeChanged: readonly FieldChange[];
  readonly applied: Applied;
  /** Where it makes no difference, since a route says otherwise: its buckets, such as `route ItemsController#search`. */
  readonly unheardIn: readonly string[];
  /** Why this instance cannot apply it: the policy is gone, or the numbers do not fit it any more. */
  readonly problem: string | null;
}

export type OverrideScopeView =
  | { readonly kind: 'policy' }
  | { readonly kind: 'key'; readonly key: KeyView }
  | { readonly kind: 'pattern'; readonly pattern: string };

export interface OverrideRevision {
  readonly version: number;
  readonly patch: OverridePatch;
  readonly expiresAtMs: number | null;
  readonly reason: string;
  readonly actor: Actor;
  readonly atMs: number;
  readonly change: 'created' | 'changed' | 'rolled-back' | 'removed';
  /** The revision it takes up again. */
  readonly rolledBackTo: number | null;
}

export interface OverrideDetail extends Override {
  /** Newest first; at most the last 50. */
  readonly revisions: readonly OverrideRevision[];
}

export interface OverrideQuery {
  readonly policy?: string;
  /** Default: those in force. */
  readonly state?: OverrideState | 'any';
}

export interface OverrideList {
  readonly overrides: readonly Override[];
  readonly controlVersion: number;
}

/** How long a change holds: milliseconds from now, or `never`, which has to be said. Left out: 4 hours. */
export type Expiry = number | 'never';

export interface OverrideCreate {
  readonly policy: string;
  readonly scope: OverrideScope;
  readonly patch: OverridePatch;
  readonly reason: string;
  readonly expiresInMs?: Expiry;
  /** The name of the policy, typed: needed where the rate or what is let through at once changes more than tenfold. */
  readonly confirm?: string;
}

export interface OverrideUpdate {
  /** Replaces the patch as a whole. */
  readonly patch: OverridePatch;
  readonly reason: string;
  /** Left out: as it was, and 4 hours where that is over. */
  readonly expiresInMs?: Expiry;
  readonly confirm?: string;
}

export interface RollbackRequest {
  readonly toVersion: number;
  readonly reason: string;
  readonly expiresInMs?: Expiry;
  /** As of a change, and where that version is more than tenfold of what is in force now, or less than a tenth. */
  readonly confirm?: string;
}
