import { calendarWindowEnd } from '../../core/calendar';
import type { FixedWindowQuota, Quota } from '../../core/quota';
import { fieldOf } from './field-id';
import { numberText } from './wire-numbers';

type CalendarQuota = FixedWindowQuota & { readonly calendar: NonNullable<FixedWindowQuota['calendar']> };

/** A policy as lua/policies.lua reads it. A text that names calendar windows is used within the one it was made in. */
interface PolicyText {
  readonly bucketId: string;
  readonly text: string;
  readonly window?: { readonly start: number; readonly end: number };
}

/** The text last made for a quota. Nearly always a quota belongs to one bucket. */
const texts = new WeakMap<Quota, PolicyText>();

/** The text of a policy. `nowTicks` is asked only where it matters: windows that follow a calendar. */
export function policyText(bucketId: string, quota: Quota, nowTicks: () => number): string {
  const known = texts.get(quota);
  if (known?.bucketId === bucketId && (known.window === undefined || contains(known.window, nowTicks())))
    return known.text;
  const made = makeText(bucketId, quota, nowTicks);
  texts.set(quota, made);
  return made.text;
}

function makeText(bucketId: string, quota: Quota, nowTicks: () => number): PolicyText {
  const field = fieldOf(bucketId);
  if (isCalendarQuota(quota)) {
    const now = nowTicks();
    const ends = windowEndsAround(quota, now);
    const numbers = [4, quota.limit, quota.perTicks, ends.length, ...ends];
    const window = { start: ends.findLast((end) => end <= now) ?? now, end: ends.find((end) => end > now) ?? now };
    return { bucketId, text: field + numbers.map(numberText).join(''), window };
  }
  return { bucketId, text: field + numbersOf(quota).map(numberText).join('') };
}

function contains({ start, end }: { readonly start: number; readonly end: number }, instant: number): boolean {
  return start <= instant && instant < end;
}

function numbersOf(quota: Quota): readonly number[] {
  switch (quota.algorithm) {
    case 'token-bucket':
      return [1, quota.capacity * quota.ticksPerUnit, quota.ticksPerUnit];
    case 'sliding-window':
      return [2, quota.limit, quota.perTicks, quota.precision, quota.cellTicks];
    case 'fixed-window':
      return [3, quota.limit, quota.perTicks];
  }
}

function isCalendarQuota(quota: Quota): quota is CalendarQuota {
  return quota.algorithm === 'fixed-window' && quota.calendar !== undefined;
}

/** Ends after now that are told: the clock of Redis may be a window ahead, and the script looks one further. */
const ENDS_AHEAD = 3;

/** The ends of calendar windows from one or two windows back, for a clock of Redis that is behind. */
function windowEndsAround({ calendar: { unit, timeZone }, perTicks }: CalendarQuota, now: number): readonly number[] {
  const ends = [calendarWindowEnd(unit, timeZone, Math.max(0, now - perTicks))];
  for (let ahead = 0; ahead < ENDS_AHEAD;) {
    const end = calendarWindowEnd(unit, timeZone, ends.at(-1) as number);
    ends.push(end);
    if (end > now) ahead++;
  }
  return ends;
}
