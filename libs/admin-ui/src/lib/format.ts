import { language, zone } from './settings';

/** What would not be seen, or would turn around the text beside it: controls, marks of direction and of width 0. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A key as it is shown: a client chooses it, and what it cannot be read by is written as in code, such as \u202e. */
export const keyText = (text: string): string =>
  text.replace(UNSEEN, (found) => {
    const code = (found.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });

/** The key that somebody means who writes one as it is shown. */
export const typedKey = (text: string): string =>
  text
    .trim()
    .replace(/\\u(?:([\da-f]{4})|\{([\da-f]{5}|10[\da-f]{4})\})/gi, (written, short?: string, long?: string) => {
      const meant = String.fromCodePoint(parseInt(short ?? long ?? '', 16));
      return keyText(meant) === meant ? written : meant;
    });

/** Numbers and times in the language of the page. Formatters are made once for each language and shape. */
const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function once<Formatter extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  name: string,
  make: (locale: string) => Formatter,
): Formatter {
  const id = `${name} ${language.get()} ${zone.get()}`;
  let formatter = made.get(id) as Formatter | undefined;
  if (!formatter) made.set(id, (formatter = make(localeOf())));
  return formatter;
}

/** The browser's own flavour of the language where it has one (`en-GB`), else the language. */
function localeOf(): string {
  const wanted = language.get();
  const flavour = navigator.languages.find((known) => known.startsWith(wanted));
  return flavour ?? (wanted === 'en' ? 'en-GB' : wanted);
}

const DAY_MS = 86_400_000;

const timeZone = (): { timeZone?: string } => (zone.get() === 'utc' ? { timeZone: 'UTC' } : {});

export const count = (value: number): string =>
  once('count', (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })).format(value);

/** A rate: exact when small, whole when large. */
export function rate(value: number): string {
  const digits = value > 0 && value < 10 ? 1 : 0;
  return once(
    `rate${String(digits)}`,
    (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }),
  ).format(value);
}

/** A mark of an axis, as exact as it is placed: marks are a quarter apart, or more. Large ones are short: there is no room. */
export function axisValue(value: number): string {
  const notation = value < 10_000 ? 'standard' : 'compact';
  return once(
    `axis ${notation}`,
    (locale) => new Intl.NumberFormat(locale, { notation, maximumFractionDigits: 2 }),
  ).format(value);
}

export const compact = (value: number): string =>
  once('compact', (locale) => new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 })).format(
    value,
  );

/** `part` of `whole` in per cent; a dash where there is no whole. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '–';
  return once(
    'share',
    (locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
  ).format(part / whole);
}

export function milliseconds(value: number | null): string {
  if (value === null) return '–';
  const digits = value < 10 ? 2 : 0;
  return once(
    `ms${String(digits)}`,
    (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }),
  ).format(value);
}

export function bytes(value: number | null): string {
  if (value === null) return '–';
  const power = Math.min(4, Math.floor(Math.log2(Math.max(value, 1)) / 10));
  const unit = ['B', 'KiB', 'MiB', 'GiB', 'TiB'][power] ?? 'B';
  return `${once('bytes', (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })).format(
    value / 1024 ** power,
  )} ${unit}`;
}

export const clock = (atMs: number): string =>
  once('clock', (locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'medium', ...timeZone() })).format(atMs);

export const shortClock = (atMs: number): string =>
  once('short', (locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'short', ...timeZone() })).format(atMs);

export const day = (atMs: number): string =>
  once('day', (locale) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...timeZone() })).format(
    atMs,
  );

/** A moment of a span: with its date where the time of day may mean several. */
export const within = (spanMs: number): ((atMs: number) => string) => (spanMs > DAY_MS ? dateTime : clock);

export const dateTime = (atMs: number): string =>
  once(
    'full',
    (locale) =>
      new Intl.DateTimeFormat(locale, {
        dateStyle: 'medium',
        timeStyle: 'medium',
        ...timeZone(),
      }),
  ).format(atMs);

const STEPS = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** “5 minutes ago”, “in 2 hours”. */
export function relative(atMs: number, nowMs: number): string {
  const difference = atMs - nowMs;
  const [unit, length] = STEPS.find(([, step]) => Math.abs(difference) >= step) ?? (['second', 1000] as const);
  return once('relative', (locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })).format(
    Math.trunc(difference / length),
    unit,
  );
}

/** A length of time in its two largest units: `3 m 12 s`. */
export function duration(lengthMs: number): string {
  let seconds = Math.max(0, Math.ceil(lengthMs / 1000));
  if (lengthMs > 0 && lengthMs < 1000) return `${String(Math.round(lengthMs))} ms`;
  const parts: string[] = [];
  for (const [unit, length] of [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const) {
    const whole = Math.floor(seconds / length);
    if (whole > 0 && parts.length < 2) parts.push(`${String(whole)} ${unit}`);
    else if (parts.length > 0) break;
    seconds -= whole * length;
  }
  return parts.join(' ') || '0 s';
}
