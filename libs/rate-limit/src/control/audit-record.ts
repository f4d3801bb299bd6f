import type { Operator } from './documents';

/** What operators do. */
export const OPERATOR_ACTIONS = [
  'override.create',
  'override.change',
  'override.rollback',
  'override.remove',
  'entry.create',
  'entry.change',
  'entry.remove',
  'key.reset',
  'recording.change',
  'session.login',
  'session.refused',
] as const;

/** What operators do, and what happens by itself. */
export type AuditedAction = (typeof OPERATOR_ACTIONS)[number] | 'override.expire' | 'control.restored';

export interface FieldDifference {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One line of the trail. */
export interface AuditRecord {
  /** Sorts by time: milliseconds and a number, as text. Set by whoever writes it. */
  readonly id: string;
  readonly atMs: number;
  readonly actor: Operator;
  readonly action: AuditedAction;
  readonly outcome: 'done' | 'refused';
  readonly target: string;
  readonly policy: string | null;
  readonly documentId: string | null;
  readonly changes: readonly FieldDifference[];
  readonly reason: string;
  readonly requestId: string | null;
  readonly instance: string;
}

/** What differs between two sets of words. */
export function differences(
  before: Readonly<Record<string, string | null>>,
  after: Readonly<Record<string, string | null>>,
): readonly FieldDifference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((field) => {
    const [was, is] = [before[field] ?? null, after[field] ?? null];
    return was === is ? [] : [{ field, before: was, after: is }];
  });
}

const SYSTEM: Operator = { id: 'system', name: 'Floodgate' };

/** Of something that happened by itself. */
export function systemRecord(
  action: AuditedAction,
  target: string,
  reason: string,
  instance: string,
  atMs: number,
): AuditRecord {
  const about = { policy: null, documentId: null, changes: [], requestId: null };
  return {
    id: `${String(atMs)}-${action}`,
    atMs,
    actor: SYSTEM,
    action,
    outcome: 'done',
    target,
    reason,
    instance,
    ...about,
  };
}
