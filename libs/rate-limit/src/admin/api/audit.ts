import type { Actor, FieldChange } from './common';

export type AuditAction =
  | 'override.create'
  | 'override.change'
  | 'override.rollback'
  | 'override.remove'
  | 'override.expire'
  | 'entry.create'
  | 'entry.change'
  | 'entry.remove'
  | 'key.reset'
  | 'recording.change'
  | 'session.login'
  | 'session.refused'
  | 'control.restored';

export interface AuditEntry {
  readonly id: string;
  readonly atMs: number;
  readonly actor: Actor;
  readonly action: AuditAction;
  /** `refused`: it was tried and not allowed, or did not fit. */
  readonly outcome: 'done' | 'refused';
  /** What it was done to, in a few words that may be shown. */
  readonly target: string;
  readonly policy: string | null;
  readonly overrideId: string | null;
  readonly entryId: string | null;
  readonly changes: readonly FieldChange[];
  readonly reason: string;
  /** Of the request: its id header where there was one. */
  readonly requestId: string | null;
  readonly instance: string;
}

export interface AuditQuery {
  readonly action?: AuditAction;
  /** Part of the name or id of a person, in upper or lower case. */
  readonly actor?: string;
  readonly policy?: string;
  readonly outcome?: 'done' | 'refused';
  /** Entries older than the one with this id. */
  readonly before?: string;
  /** 1 to 500. Default 50; of an export all there is. */
  readonly limit?: number;
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  /** To be passed as `before` for the next page; `null` on the last. */
  readonly next: string | null;
  readonly retention: { readonly maxEntries: number; readonly maxAgeMs: number };
}
