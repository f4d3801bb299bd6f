/** How many decisions ended how. */
export interface OutcomeCounts {
  readonly allowed: number;
  /** Refused, what can never fit included. */
  readonly denied: number;
  /** Would have been refused by a policy in shadow mode, which refuses nothing. */
  readonly shadowDenied: number;
  /** Not counted, because the policy was skipped for the request. */
  readonly bypassed: number;
  /** Could not be decided: the store was gone and the policy says `closed`. */
  readonly errors: number;
}

export type MutableOutcomeCounts = { -readonly [Outcome in keyof OutcomeCounts]: number };

export const OUTCOMES = [
  'allowed',
  'denied',
  'shadowDenied',
  'bypassed',
  'errors',
] as const satisfies readonly (keyof OutcomeCounts)[];

export function noOutcomes(): MutableOutcomeCounts {
  return { allowed: 0, denied: 0, shadowDenied: 0, bypassed: 0, errors: 0 };
}

export function addOutcomes(into: MutableOutcomeCounts, counts: OutcomeCounts): void {
  for (const outcome of OUTCOMES) into[outcome] += counts[outcome];
}
