import type { Actor, Applied, KeyView } from './common';
import type { Expiry } from './overrides';

/** Allow beats ban beats policy. */
export type ListKind = 'ban' | 'allow';

/** Whom an entry concerns. An address or range concerns all requests from there, whatever they are limited by. */
export type EntryMatch =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'cidr'; readonly cidr: string };

export type EntryMatchView =
  | { readonly kind: 'key'; readonly key: KeyView }
  | { readonly kind: 'address'; readonly key: KeyView }
  | { readonly kind: 'cidr'; readonly cidr: string };

export interface ListEntry {
  readonly id: string;
  /** Grows with each change; to be sent as `If-Match`. */
  readonly version: number;
  readonly list: ListKind;
  readonly match: EntryMatchView;
  readonly reason: string;
  /** `escalation`: made by the `ban` option of a policy. */
  readonly origin: 'operator' | 'escalation';
  /** The policy whose denials led to it. */
  readonly policy: string | null;
  readonly createdBy: Actor;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  readonly expiresAtMs: number | null;
  readonly state: 'active' | 'expired' | 'removed';
  /** Decisions it made on the instance that answers, since that started. */
  readonly hits: number;
  readonly applied: Applied;
}

export interface EntryQuery {
  readonly list?: ListKind;
  /** Begins with, for the text of the match or the reason. */
  readonly search?: string;
}

export interface EntryList {
  readonly entries: readonly ListEntry[];
  readonly controlVersion: number;
}

export interface EntryCreate {
  readonly list: ListKind;
  readonly match: EntryMatch;
  readonly reason: string;
  readonly expiresInMs?: Expiry;
}

export interface EntryUpdate {
  readonly reason: string;
  readonly expiresInMs: Expiry;
}

export interface EntryPreviewRequest {
  readonly list: ListKind;
  readonly match: EntryMatch;
}

export interface EntryPreview {
  /** As it would be kept. */
  readonly normalized: string;
  /** Blocked keys that it concerns now; at most 20. */
  readonly matches: readonly KeyView[];
  /** Entries that concern some of the same, and whether they win over the new one. */
  readonly overlaps: readonly { readonly entry: ListEntry; readonly wins: boolean }[];
}
