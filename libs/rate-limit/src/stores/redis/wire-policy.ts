import { calendarWindowEnd } from '../../core/calendar';
import type { FixedWindowQuota, Quota, SlidingWindowQuota } from '../../core/quota';
import { TICKS_PER_MS, ticksFromUnixMs } from '../../core/ticks';
import { fieldOf } from './field-id';
import { longText, numberText, shortText } from './wire-numbers';
import { slackExponent } from './wire-slack';

type CalendarQuota = FixedWindowQuota & { readonly calendar: NonNullable<FixedWindowQuota['calendar']> };

/** A policy as lua/policies.lua reads it. A text that names calendar windows is used within the one it was made in. */
interface PolicyText {
  readonly bucketId: string;
  readonly text: string;
  readonly window?: { readonly start: number; readonly end: number };
}

/** The text last made for a quota. Nearly always a quota belongs to one bucket. */
const texts = new WeakMap<Quota, PolicyText>();

/** The text of a policy. `nowTicks` stands in for the clock, which matters to windows that follow a calendar. */
export function policyText(bucketId: string, quota: Quota, nowTicks: number | undefined): string {
  const known = texts.get(quota);
  if (known?.bucketId === bucketId && (known.window === undefined || contains(known.window, nowTicks ?? clockTicks())))
    return known.text;
  const made = makeText(bucketId, quota, nowTicks);
  texts.set(quota, made);
  return made.text;
}

function clockTicks(): number {
  return ticksFromUnixMs(Date.now());
}

function makeText(bucketId: string, quota: Quota, nowTicks = clockTicks()): PolicyText {
  const numbers = fieldOf(bucketId) + numberText(kindOf(quota)) + numberText(slackExponent(quota)) + numbersOf(quota);
  if (!isCalendarQuota(quota)) return { bucketId, text: numbers };
  const ends = windowEndsAround(quota, nowTicks);
  const start = ends.findLast((end) => end <= nowTicks) ?? nowTicks;
  const window = { start, end: ends.find((end) => end > nowTicks) ?? nowTicks };
  return { bucketId, text: numbers + numberText(ends.length) + ends.map(numberText).join(''), window };
}

function contains({ start, end }: { readonly start: number; readonly end: number }, instant: number): boolean {
  return start <= instant && instant < end;
}

function kindOf(quota: Quota): number {
  if (quota.algorithm === 'token-bucket') return 1;
  if (quota.algorithm === 'sliding-window') return 2;
  return isCalendarQuota(quota) ? 4 : 3;
}

function numbersOf(quota: Quota): string {
  switch (quota.algorithm) {
    case 'token-bucket':
      return longText(quota.capacity * quota.ticksPerUnit) + longText(quota.ticksPerUnit);
    case 'sliding-window': {
      const { limit, perTicks, precision, cellTicks } = quota;
      const numbers = longText(perTicks) + longText(cellTicks) + longText(limit);
      return numbers + shortText(precision) + shortText(logShape(quota));
    }
    case 'fixed-window':
      return longText(quota.perTicks) + numberText(quota.limit);
  }
}

/** Of longer windows the numbers of a log have no room for units. */
const MOST_LOG_BITS = 47;
/** Units of a full log of the default precision, at least. */
const FULL_LOG_BITS = 4;
/** Of such numbers a full log of the default precision is kept in one piece. */
const SHORT_LOG_BYTES = 5;
/** A shape is one byte. */
const MOST_UNIT_BITS = 31;
const TICKS_PER_US = TICKS_PER_MS / 1_000;

/**
 * How a new log is packed (lua/packing.lua): with room for all units of the limit where that is short, else for some. 0
 * where it is none that lua/frequent-sliding-window.lua can work on.
 */
function logShape({ perTicks, limit }: SlidingWindowQuota): number {
  const bits = bitsOf(perTicks / TICKS_PER_US);
  if (perTicks % TICKS_PER_US !== 0 || bits > MOST_LOG_BITS) return 0;
  const limitBits = bitsOf(limit);
  const few = bytesFor(bits + Math.min(limitBits, FULL_LOG_BITS));
  const most = Math.min(SHORT_LOG_BYTES, Math.floor((bits + MOST_UNIT_BITS) / 8));
  const bytes = Math.max(few, Math.min(bytesFor(bits + limitBits), most));
  // Lua counts exactly up to 2^53.
  const unitBits = Math.min(8 * bytes, 52) - bits;
  return 8 * unitBits + bytes - 1;
}

function bitsOf(value: number): number {
  return value.toString(2).length;
}

/** The formats of numbers begin with three bytes. */
function bytesFor(bits: number): number {
  return Math.max(3, Math.ceil(bits / 8));
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
