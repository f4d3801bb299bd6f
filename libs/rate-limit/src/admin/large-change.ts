import { type CalendarUnit, isCalendarUnit } from '../core/calendar';
import { parseDurationMs } from '../core/duration';
import type { PolicyOptions } from '../core/policy';
import type { PolicyPatch } from '../engine/policy-patch';

type Numbers = Pick<PolicyOptions<never>, 'algorithm' | 'limit' | 'per' | 'burst'>;

const DAY_MS = 86_400_000;
/** About as long as they are: tenfold does not hang on a day. */
const CALENDAR_MS: Readonly<Record<CalendarUnit, number>> = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS };

/**
 * What a patch makes more than tenfold of what code says, or of what code says with the patch `now`, or less than a
 * tenth: the rate, or what is let through at once. A sentence without its end, or `undefined` where neither changes as
 * much. A limit that depends on the request is compared with itself only.
 */
export function largeChange(code: Numbers, patch: PolicyPatch, now: PolicyPatch = {}): string | undefined {
  const before = { ...code, ...now };
  const after = { ...code, ...patch };
  const keepsFunction = typeof before.limit === 'function' && typeof after.limit === 'function';
  const [was, is] = keepsFunction ? [1, 1] : [numberOf(before.limit), numberOf(after.limit)];
  const [wasMs, isMs] = [lengthMs(before.per), lengthMs(after.per)];
  if (isFar(was * isMs, is * wasMs)) {
    return `The rate changes from ${rateText(before)} to ${rateText(after)}${factorText((is * wasMs) / (was * isMs))}`;
  }
  const [few, many] = [atOnce(before), atOnce(after)];
  if (!isFar(few, many)) return undefined;
  return `What is let through at once changes from ${text(few)} to ${text(many)}${factorText(many / few)}`;
}

/** Not of what is not known: NaN. */
const isFar = (before: number, after: number): boolean => after > 10 * before || after * 10 < before;

const numberOf = (value: unknown): number => (typeof value === 'function' ? NaN : Number(value));

const lengthMs = (per: unknown): number => (isCalendarUnit(per) ? CALENDAR_MS[per] : (parseDurationMs(per) ?? NaN));

/** What a client that comes for the first time may have in one moment. */
function atOnce({ algorithm, limit, burst }: Numbers): number {
  const units = numberOf(limit);
  return algorithm === 'token-bucket' && units !== 0 ? numberOf(burst ?? limit) : units;
}

const rateText = ({ limit, per }: Numbers): string =>
  `${typeof limit === 'function' ? 'its limit' : text(numberOf(limit))} per ${
    Number.isNaN(Number(per)) ? String(per) : `${text(Number(per))} ms`
  }`;

/** Nothing of 0: no number of times makes something of it. */
function factorText(factor: number): string {
  if (factor === 0 || !Number.isFinite(factor)) return '';
  return factor > 1 ? `, ${text(factor)} times as much` : `, to 1/${text(1 / factor)}`;
}

const text = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 1 });
