import { DateTime, IANAZone } from 'luxon';
import { TICK_EPOCH_MS, ticksFromUnixMs, TICKS_PER_MS } from './ticks';

/** The calendar windows: a day from midnight, a week from Monday, a month from its first day, in a time zone. */
export type CalendarUnit = 'day' | 'week' | 'month';

export const CALENDAR_UNITS: readonly CalendarUnit[] = ['day', 'week', 'month'];

export function isCalendarUnit(value: unknown): value is CalendarUnit {
  return CALENDAR_UNITS.includes(value as CalendarUnit);
}

/** Whether the name is an IANA time zone that this runtime knows, such as `Europe/Berlin` or `UTC`. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/** The longest a calendar window can be, in days: daylight saving can add an hour to a day of a month. */
export const LONGEST_DAYS: Readonly<Record<CalendarUnit, number>> = { day: 2, week: 8, month: 32 };

/** The end (exclusive) of the calendar window that contains `now`, both in ticks. */
export function calendarWindowEnd(unit: CalendarUnit, timeZone: string, now: number): number {
  // Rounded down before the epoch is added: after, a double has no room for the last tick before midnight.
  const unixMs = TICK_EPOCH_MS + Math.floor(now / TICKS_PER_MS);
  const start = DateTime.fromMillis(unixMs, { zone: timeZone }).startOf(unit);
  return ticksFromUnixMs(
    start
      .plus({ [unit]: 1 })
      .startOf(unit)
      .toMillis(),
  );
}
