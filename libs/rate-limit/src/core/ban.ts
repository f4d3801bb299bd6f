import { type Duration, parseDurationMs } from './duration';
import { show } from './errors';
import { parseWholeNumber, type Problems } from './problems';

/** When denials become a ban, and for how long. Made for floods and guessing: one denial alone never does. */
export interface BanOptions {
  /** Denials within `within` that make a ban: 2 or more. */
  readonly after: number | string;
  readonly within: Duration;
  /** Length of the first ban. */
  readonly for: Duration;
  /** How many times longer each further ban is, 1 to 10. A ban's length of good behaviour takes one step back. Default 2. */
  readonly factor?: number | string | undefined;
  /** The longest ban. Default 24 hours. */
  readonly max?: Duration | undefined;
}

/** The same, checked, in milliseconds. */
export interface BanRule {
  readonly after: number;
  readonly withinMs: number;
  readonly forMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

const DEFAULT_MAX_MS = 86_400_000;
const LONGEST_MS = 365 * 86_400_000;
const MOST_DENIALS = 1_000_000;

/** Checks a `ban` option. `undefined` where there is none or it is wrong, which is told in `problems`. */
export function compileBan(path: string, ban: BanOptions | false | undefined, problems: Problems): BanRule | undefined {
  if (ban === undefined || ban === false) return undefined;
  if (typeof ban !== 'object' || (ban as unknown) === null) {
    problems.add(path, `is ${show(ban)}.`, 'Write { after: 10, within: "5m", for: "15m" }.');
    return undefined;
  }
  problems.rejectUnknown(path, ban, ['after', 'within', 'for', 'factor', 'max']);
  const after = parseWholeNumber(ban.after, 2, MOST_DENIALS);
  if (after === undefined) {
    problems.add(`${path}.after`, `is ${show(ban.after)}.`, `Write a whole number from 2 to ${String(MOST_DENIALS)}.`);
  }
  const factor = parseWholeNumber(ban.factor ?? 2, 1, 10);
  if (factor === undefined) {
    problems.add(`${path}.factor`, `is ${show(ban.factor)}.`, 'Write a whole number from 1 to 10.');
  }
  const withinMs = lengthOf(`${path}.within`, ban.within, problems);
  const forMs = lengthOf(`${path}.for`, ban.for, problems);
  const maxMs =
    ban.max === undefined ? Math.max(DEFAULT_MAX_MS, forMs ?? 0) : lengthOf(`${path}.max`, ban.max, problems);
  if (forMs !== undefined && maxMs !== undefined && maxMs < forMs) {
    problems.add(`${path}.max`, `is ${show(ban.max)}, shorter than the first ban.`, 'Write at least as much as "for".');
  }
  if (after === undefined || factor === undefined || withinMs === undefined || forMs === undefined) return undefined;
  return maxMs === undefined ? undefined : Object.freeze({ after, withinMs, forMs, factor, maxMs });
}

function lengthOf(path: string, length: Duration | undefined, problems: Problems): number | undefined {
  const ms = parseDurationMs(length);
  if (ms !== undefined && ms >= 1_000 && ms <= LONGEST_MS) return ms;
  problems.add(
    path,
    length === undefined ? 'is missing.' : `is ${show(length)}.`,
    'Write 1 second to 365 days, such as "5m".',
  );
  return undefined;
}
