import { calendarWindowEnd, type CalendarUnit, isCalendarUnit, isTimeZone, LONGEST_DAYS } from './calendar';
import { ticksFromUnixMs, unixMsFromTicks } from './ticks';

const endOf = (unit: CalendarUnit, timeZone: string, now: string) =>
  new Date(unixMsFromTicks(calendarWindowEnd(unit, timeZone, ticksFromUnixMs(Date.parse(now))))).toISOString();

/** Expected ends are written in the zone’s own time and offset, so that each line can be checked against a calendar. */
const windows: [unit: CalendarUnit, timeZone: string, now: string, end: string][] = [
  ['day', 'UTC', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'],
  ['day', 'UTC', '2026-01-01T23:59:59.999Z', '2026-01-02T00:00:00Z'],
  ['day', 'Asia/Tokyo', '2026-01-01T23:30:00+09:00', '2026-01-02T00:00:00+09:00'],
  ['day', 'Asia/Kathmandu', '2026-01-01T12:00:00+05:45', '2026-01-02T00:00:00+05:45'],
  ['day', 'Europe/Berlin', '2026-03-29T00:30:00+01:00', '2026-03-30T00:00:00+02:00'],
  ['day', 'Europe/Berlin', '2026-03-29T12:00:00+02:00', '2026-03-30T00:00:00+02:00'],
  ['day', 'Europe/Berlin', '2026-10-25T00:30:00+02:00', '2026-10-26T00:00:00+01:00'],
  ['day', 'Europe/Berlin', '2026-10-25T02:30:00+02:00', '2026-10-26T00:00:00+01:00'],
  ['day', 'Europe/Berlin', '2026-10-25T02:30:00+01:00', '2026-10-26T00:00:00+01:00'],
  // Midnight does not exist: clocks jump from 00:00 to 01:00.
  ['day', 'Asia/Beirut', '2026-03-28T23:59:00+02:00', '2026-03-29T01:00:00+03:00'],
  ['day', 'Asia/Beirut', '2026-03-29T01:00:00+03:00', '2026-03-30T00:00:00+03:00'],
  ['day', 'Africa/Cairo', '2026-04-23T12:00:00+02:00', '2026-04-24T01:00:00+03:00'],
  ['day', 'Africa/Cairo', '2026-04-24T01:00:00+03:00', '2026-04-25T00:00:00+03:00'],
  // Midnight comes twice: clocks fall from 01:00 to 00:00. The day begins with the first.
  ['day', 'America/Havana', '2026-10-31T12:00:00-04:00', '2026-11-01T00:00:00-04:00'],
  ['day', 'America/Havana', '2026-11-01T00:30:00-04:00', '2026-11-02T00:00:00-05:00'],
  ['day', 'America/Havana', '2026-11-01T00:30:00-05:00', '2026-11-02T00:00:00-05:00'],
  // The last hour of the day comes twice: clocks fall from 24:00 to 23:00.
  ['day', 'Asia/Beirut', '2026-10-24T23:30:00+03:00', '2026-10-25T00:00:00+02:00'],
  ['day', 'Asia/Beirut', '2026-10-24T23:30:00+02:00', '2026-10-25T00:00:00+02:00'],
  // 2026-01-05 is a Monday.
  ['week', 'UTC', '2026-01-01T12:00:00Z', '2026-01-05T00:00:00Z'],
  ['week', 'UTC', '2026-01-04T23:59:59.999Z', '2026-01-05T00:00:00Z'],
  ['week', 'UTC', '2026-01-05T00:00:00Z', '2026-01-12T00:00:00Z'],
  ['week', 'Europe/Berlin', '2026-03-23T00:00:00+01:00', '2026-03-30T00:00:00+02:00'],
  ['month', 'UTC', '2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00Z'],
  ['month', 'UTC', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'],
  ['month', 'UTC', '2028-02-29T12:00:00Z', '2028-03-01T00:00:00Z'],
  ['month', 'UTC', '2026-04-30T12:00:00Z', '2026-05-01T00:00:00Z'],
  ['month', 'UTC', '2026-12-31T12:00:00Z', '2027-01-01T00:00:00Z'],
  ['month', 'America/Sao_Paulo', '2026-05-31T23:59:00-03:00', '2026-06-01T00:00:00-03:00'],
  ['month', 'Europe/Berlin', '2026-10-01T00:00:00+02:00', '2026-11-01T00:00:00+01:00'],
];

test.each(windows)('the %s in %s at %s ends at %s', (unit, timeZone, now, end) => {
  expect(endOf(unit, timeZone, now)).toBe(new Date(end).toISOString());
});

test('the last tick before midnight belongs to the day that ends', () => {
  const midnight = ticksFromUnixMs(Date.UTC(2026, 5, 1));
  expect(calendarWindowEnd('day', 'UTC', midnight - 1)).toBe(midnight);
  expect(calendarWindowEnd('day', 'UTC', midnight)).toBeGreaterThan(midnight);
});

test.each(windows)('the %s in %s at %s is no longer than what is said to be the longest', (unit, timeZone, now) => {
  const left = Date.parse(endOf(unit, timeZone, now)) - Date.parse(now);
  expect(left).toBeLessThanOrEqual(LONGEST_DAYS[unit] * 86_400_000);
});

test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'])('%s is a time zone', (name) => {
  expect(isTimeZone(name)).toBe(true);
});

test.each(['', 'Mars/Olympus', 'Berlin', 'local', 'UTC+1'])('%j is no time zone', (name) => {
  expect(isTimeZone(name)).toBe(false);
});

test('a calendar window is a day, a week or a month', () => {
  expect(['day', 'week', 'month'].every(isCalendarUnit)).toBe(true);
  expect(['days', '1 day', 'year', '', 1, undefined].some(isCalendarUnit)).toBe(false);
});
