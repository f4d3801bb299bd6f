import { show } from '../errors';
import { parseWholeNumber, type Problems } from '../problems';

/**
 * Whether an instance may take calls of hot keys from the shared store in advance and make them by itself. `auto`: as
 * many as its recent rate makes in 100 ms, for a quarter of a second at most; or the same with other bounds.
 */
export type LeaseOption = false | 'auto' | LeaseOptions;

export interface LeaseOptions {
  /** The longest a lease lives, 20 to 10,000 milliseconds. Default 250. */
  readonly maxMs?: number | string | undefined;
  /** The most calls of one lease, 1 to 1,000,000. Default: no bound but what is left and the rate. */
  readonly maxCalls?: number | string | undefined;
}

/** The same, checked. */
export interface LeaseBounds {
  readonly maxMs: number;
  readonly maxCalls: number;
}

const AUTO: LeaseBounds = { maxMs: 250, maxCalls: 1_000_000 };
const LEAST_MS = 20;
const MOST_MS = 10_000;

/** Checks a `lease` option. `undefined` where nothing is leased, or it is wrong, which is told in `problems`. */
export function compileLease(
  path: string,
  option: LeaseOption | undefined,
  problems: Problems,
): LeaseBounds | undefined {
  if (option === undefined || option === false) return undefined;
  if (option === 'auto') return AUTO;
  if (typeof option !== 'object' || (option as unknown) === null) {
    problems.add(path, `is ${show(option)}.`, 'Write false, "auto", or bounds such as { maxMs: 100 }.');
    return undefined;
  }
  problems.rejectUnknown(path, option, ['maxMs', 'maxCalls']);
  const maxMs = boundOf(`${path}.maxMs`, option.maxMs, [LEAST_MS, AUTO.maxMs, MOST_MS], problems);
  const maxCalls = boundOf(`${path}.maxCalls`, option.maxCalls, [1, AUTO.maxCalls, AUTO.maxCalls], problems);
  return Object.freeze({ maxMs, maxCalls });
}

function boundOf(
  path: string,
  given: number | string | undefined,
  [least, usual, most]: readonly [number, number, number],
  problems: Problems,
): number {
  if (given === undefined) return usual;
  const parsed = parseWholeNumber(given, least, most);
  if (parsed !== undefined) return parsed;
  problems.add(path, `is ${show(given)}.`, `Write a whole number from ${String(least)} to ${String(most)}.`);
  return usual;
}
