import type { AuditRecord } from './audit-record';
import type { ControlDocument } from './documents';
import type { RecordingStore } from './recording';

/** What an instance says of itself to the others. */
export interface Heartbeat {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAtMs: number;
  readonly seenAtMs: number;
  readonly version: string;
  readonly node: string;
  readonly configHash: string;
  /** The state it enforces. */
  readonly applied: number;
  /** What it cannot apply, by id of the document. */
  readonly problems: Readonly<Record<string, string>>;
}

/** A document, and the state of the whole in which it was changed last. */
export interface Changed {
  readonly document: ControlDocument;
  readonly state: number;
}

export interface News {
  /** Another text after everything was lost. */
  readonly epoch: string;
  /** Grows with each change of any document. */
  readonly state: number;
  readonly changes: readonly Changed[];
}

export type WriteResult =
  | { readonly outcome: 'written' }
  | { readonly outcome: 'conflict'; readonly current: ControlDocument | undefined }
  | { readonly outcome: 'full' };

/** A key that is refused. */
export interface BlockedRecord {
  readonly policy: string;
  readonly identity: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly denied: number;
  readonly banId: string | undefined;
}

/** Whom a record is about. */
export type Released = Pick<BlockedRecord, 'policy' | 'identity'>;

/** Keeps what operators decided, for all instances. Everything rejects where it cannot be done within a second. */
export interface ControlStore {
  /** Whether other instances see it. */
  readonly isShared: boolean;
  readonly recording: RecordingStore;
  /** What changed since a state of an epoch (`''` for everything), and a sign of life. */
  poll(epoch: string, state: number, heartbeat: Heartbeat): Promise<News>;
  /** Writes a document whose version is one more than `expected`, and the record of it, or neither. */
  write(document: ControlDocument, expected: number, record: AuditRecord): Promise<WriteResult>;
  /** Writes those that are missing or older. Returns how many. */
  restore(documents: readonly ControlDocument[]): Promise<number>;
  /** Takes documents away that ended long ago. */
  forget(ids: readonly string[]): Promise<void>;
  heartbeats(): Promise<readonly Heartbeat[]>;
  leave(id: string): Promise<void>;
  note(record: AuditRecord): Promise<void>;
  /** The same for what every instance notices: the first who tells of a subject is heard. */
  noteOnce(subject: string, record: AuditRecord): Promise<void>;
  /** Newest first; those before the one with that id. */
  records(before: string | undefined, count: number): Promise<readonly AuditRecord[]>;
  noteBlocked(records: readonly BlockedRecord[], nowMs: number): Promise<void>;
  unblock(keys: readonly Released[]): Promise<void>;
  /** Longest first. `count` may be more than are listed. */
  blocked(nowMs: number, most: number): Promise<{ readonly records: readonly BlockedRecord[]; readonly count: number }>;
  /** How many keys each policy blocks, for those that block any: at most `MOST_BLOCKED` in all. */
  countBlocked(nowMs: number): Promise<ReadonlyMap<string, number>>;
}

/** The most documents at once, those included that ended a while ago. */
export const MOST_DOCUMENTS = 5_000;
/** The most beside which a ban is made of denials: clients who make up keys must leave room for operators. */
export const MOST_BESIDE_ESCALATIONS = 4_000;
/** The most blocked keys that are kept track of. */
export const MOST_BLOCKED = 5_000;
export const AUDIT_RETENTION = { maxEntries: 10_000, maxAgeMs: 90 * 86_400_000 } as const;

/** Policy names are printable, so a line break keeps the parts apart. */
export function boardKey({ policy, identity }: Released): string {
  return `${policy}\n${identity}`;
}

/** How many documents there may be for one more to be written. */
export function mostBeside(document: ControlDocument): number {
  const isEscalation = document.kind === 'entry' && document.origin === 'escalation';
  return isEscalation ? MOST_BESIDE_ESCALATIONS : MOST_DOCUMENTS;
}
