import { CALENDAR_UNITS, type CalendarUnit, isCalendarUnit, isTimeZone, LONGEST_DAYS } from './calendar';
import { parseDurationMs, saysMinutesOrMonths } from './duration';
import { show } from './errors';
import { parseWholeNumber, type Problems } from './problems';
import { type AlgorithmName, ALGORITHM_NAMES, type Quota } from './quota';
import { ticksFromMs } from './ticks';

/** The part of a policy's options that its arithmetic depends on. */
export interface QuotaOptions {
  readonly per: unknown;
  readonly algorithm?: unknown;
  readonly burst?: unknown;
  readonly precision?: unknown;
  readonly timeZone?: unknown;
}

/** The largest limit: with it, every sum of the arithmetic stays a whole number that a double holds exactly. */
export const MAX_LIMIT = 1_000_000_000;
export const MAX_PRECISION = 128;
const DEFAULT_PRECISION = 10;
const SHORTEST_MS = 1;
const DAY_MS = 86_400_000;
const LONGEST_MS = 3_660 * DAY_MS;
/** The most that rounding to ticks may take from a limit. */
const MAX_ROUNDING = 0.01;

/** A function from a limit to its quota; it tells in `problems` where a limit does not fit the rest. */
export type QuotaCompiler = (limit: number, problems: Problems) => Quota | undefined;

/** Checks everything about a quota but its limit, which may depend on the request. */
export function compileQuota(path: string, options: QuotaOptions, problems: Problems): QuotaCompiler | undefined {
  const algorithm = (options.algorithm ?? 'sliding-window') as AlgorithmName;
  if (!ALGORITHM_NAMES.includes(algorithm)) {
    const names = ALGORITHM_NAMES.map(show).join(', ');
    problems.add(`${path}.algorithm`, `is ${show(options.algorithm)}.`, `Write one of ${names}.`);
    return undefined;
  }
  rejectForeign(path, options, algorithm, problems);
  const per = parsePer(path, options, algorithm, problems);
  if (per === undefined) return undefined;
  switch (algorithm) {
    case 'sliding-window':
      return slidingWindowCompiler(path, options, per.ms, problems);
    case 'token-bucket':
      return tokenBucketCompiler(path, options, per.ms, problems);
    case 'fixed-window':
      return (limit) => ({
        algorithm,
        limit,
        capacity: limit,
        perTicks: ticksFromMs(per.ms),
        ...(per.calendar === undefined ? {} : { calendar: per.calendar }),
      });
  }
}

const OWNERS: Readonly<Record<'burst' | 'precision' | 'timeZone', AlgorithmName>> = {
  burst: 'token-bucket',
  precision: 'sliding-window',
  timeZone: 'fixed-window',
};

function rejectForeign(path: string, options: QuotaOptions, algorithm: AlgorithmName, problems: Problems): void {
  for (const name of ['burst', 'precision', 'timeZone'] as const) {
    if (options[name] === undefined || OWNERS[name] === algorithm) continue;
    const problem = `is ${show(options[name])}, but the algorithm is ${show(algorithm)}.`;
    problems.add(`${path}.${name}`, problem, `Leave it out, or write algorithm: ${show(OWNERS[name])}.`);
  }
}

interface Per {
  readonly ms: number;
  readonly calendar?: { readonly unit: CalendarUnit; readonly timeZone: string };
}

function parsePer(
  path: string,
  { per, timeZone }: QuotaOptions,
  algorithm: AlgorithmName,
  problems: Problems,
): Per | undefined {
  if (isCalendarUnit(per)) {
    if (algorithm !== 'fixed-window') {
      const problem = `is ${show(per)}, a calendar window, which ${show(algorithm)} cannot count.`;
      problems.add(`${path}.per`, problem, `Write algorithm: "fixed-window", or a length such as "1d".`);
      return undefined;
    }
    if (timeZone !== undefined && (typeof timeZone !== 'string' || !isTimeZone(timeZone))) {
      const problem = `is ${show(timeZone)}, which is no time zone of this runtime.`;
      problems.add(`${path}.timeZone`, problem, 'Write an IANA name such as "Europe/Berlin".');
      return undefined;
    }
    return { ms: LONGEST_DAYS[per] * DAY_MS, calendar: { unit: per, timeZone: timeZone ?? 'UTC' } };
  }
  if (timeZone !== undefined && per !== undefined && algorithm === 'fixed-window') {
    const problem = `is set, but windows of ${show(per)} follow no calendar.`;
    problems.add(`${path}.timeZone`, problem, `Leave it out, or write per: ${CALENDAR_UNITS.map(show).join(', ')}.`);
  }
  if (saysMinutesOrMonths(per)) {
    const remedy = 'Write "1m" for a minute, or "month" for a month of the calendar (with algorithm: "fixed-window").';
    problems.add(`${path}.per`, `is ${show(per)}, a minute or a month.`, remedy);
    return undefined;
  }
  const ms = parseDurationMs(per);
  if (ms === undefined) {
    const remedy = 'Write milliseconds, or text such as "10s", "15m", "1h", "7d".';
    problems.add(`${path}.per`, per === undefined ? 'is missing.' : `is ${show(per)}, no duration.`, remedy);
    return undefined;
  }
  if (ms < SHORTEST_MS || ms > LONGEST_MS) {
    const problem = `is ${show(per)}, out of range.`;
    problems.add(`${path}.per`, problem, 'Write at least 1 ms and at most 10 years.');
    return undefined;
  }
  return { ms };
}

function slidingWindowCompiler(
  path: string,
  options: QuotaOptions,
  perMs: number,
  problems: Problems,
): QuotaCompiler | undefined {
  const precision = parseWholeNumber(options.precision ?? DEFAULT_PRECISION, 1, MAX_PRECISION);
  if (precision === undefined) {
    const remedy = `Write a whole number from 1 to ${String(MAX_PRECISION)}.`;
    problems.add(`${path}.precision`, `is ${show(options.precision)}.`, remedy);
    return undefined;
  }
  const perTicks = ticksFromMs(perMs);
  const cellTicks = Math.ceil(perTicks / precision);
  return (limit) => ({ algorithm: 'sliding-window', limit, capacity: limit, perTicks, precision, cellTicks });
}

function tokenBucketCompiler(
  path: string,
  options: QuotaOptions,
  perMs: number,
  problems: Problems,
): QuotaCompiler | undefined {
  const burst = options.burst === undefined ? undefined : parseWholeNumber(options.burst, 1, MAX_LIMIT);
  if (options.burst !== undefined && burst === undefined) {
    const remedy = `Write a whole number from 1 to ${String(MAX_LIMIT)}.`;
    problems.add(`${path}.burst`, `is ${show(options.burst)}.`, remedy);
    return undefined;
  }
  const perTicks = ticksFromMs(perMs);
  return (limit, found) => {
    const capacity = limit === 0 ? 0 : (burst ?? limit);
    const ticksPerUnit = limit === 0 ? perTicks : Math.ceil(perTicks / limit);
    if ((ticksPerUnit * limit) / perTicks - 1 > MAX_ROUNDING) {
      const problem = `is ${String(limit)} per ${show(options.per)}: rounding to 1/8 µs would take more than 1 % of it.`;
      found.add(`${path}.limit`, problem, 'Write a lower limit, or the same rate over a longer window.');
      return undefined;
    }
    if (capacity * ticksPerUnit > ticksFromMs(LONGEST_MS)) {
      const problem = `is ${String(capacity)}: an empty bucket would need more than 10 years to fill.`;
      found.add(`${path}.burst`, problem, 'Write a smaller burst, or a higher rate.');
      return undefined;
    }
    return { algorithm: 'token-bucket', limit, capacity, perTicks, ticksPerUnit };
  };
}
