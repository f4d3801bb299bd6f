import type { Decision } from '../../core/decision';

/** Puts a field on a response, in place of one of that name that is there already. */
export type SetHeader = (name: string, value: string) => void;

/** Puts the fields that tell a decision on a response. */
export type WriteFields = (decision: Decision, set: SetHeader) => void;

/** Response fields that are written together. A format is one or more of these groups. */
export interface FieldGroup {
  readonly fields: readonly string[];
  /** Makes a writer with caches of its own. */
  compile(): WriteFields;
}
