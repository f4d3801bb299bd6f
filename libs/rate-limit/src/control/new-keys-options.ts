import { type Duration, parseDurationMs } from '../core/duration';
import { show } from '../core/errors';
import { parseWholeNumber, type Problems } from '../core/problems';

/** How many new keys may get buckets of their own, so that clients that make up keys cannot fill the store. */
export interface NewKeysOptions {
  /** From one network (a /24 of IPv4, a /48 of IPv6), on one instance. Default 1,000. */
  readonly perNetwork?: number | string | undefined;
  /** On one instance in all. Default 50,000. */
  readonly perInstance?: number | string | undefined;
  /** In which span. Default 1 minute. */
  readonly per?: Duration | undefined;
}

/** The same, checked. */
export interface NewKeysRule {
  readonly perNetwork: number;
  readonly perInstance: number;
  readonly perMs: number;
}

const MOST = 10_000_000;
const LEAST_MS = 1_000;
const LONGEST_MS = 86_400_000;

/** Checks the option `newKeys`. `undefined` where there is none or it is wrong, which is told in `problems`. */
export function compileNewKeys(given: NewKeysOptions | undefined, problems: Problems): NewKeysRule | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'object' || (given as unknown) === null) {
    problems.add('newKeys', `is ${show(given)}.`, 'Write { perNetwork: 1000 }.');
    return undefined;
  }
  problems.rejectUnknown('newKeys', given, ['perNetwork', 'perInstance', 'per']);
  const count = (name: 'perNetwork' | 'perInstance', fallback: number): number | undefined => {
    const value = given[name];
    const parsed = parseWholeNumber(value ?? fallback, 1, MOST);
    if (parsed !== undefined) return parsed;
    problems.add(`newKeys.${name}`, `is ${show(value)}.`, `Write a whole number from 1 to ${String(MOST)}.`);
    return undefined;
  };
  const perNetwork = count('perNetwork', 1_000);
  const perInstance = count('perInstance', 50_000);
  const perMs = parseDurationMs(given.per ?? '1m');
  if (perMs === undefined || perMs < LEAST_MS || perMs > LONGEST_MS) {
    problems.add('newKeys.per', `is ${show(given.per)}.`, 'Write 1 second to 24 hours, such as "1m".');
    return undefined;
  }
  return perNetwork === undefined || perInstance === undefined ? undefined : { perNetwork, perInstance, perMs };
}
