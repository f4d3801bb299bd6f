import ms from 'ms';

/**
 * A length of time: a number of milliseconds, or text such as `'250ms'`, `'10s'`, `'15m'`, `'1 hour'`, `'7d'`. A text
 * of digits alone is milliseconds, as it comes from an environment variable.
 */
export type Duration = number | string;

/** Whether text counts in `M`, which to some means months, and minutes to others. */
export function saysMinutesOrMonths(value: unknown): boolean {
  return typeof value === 'string' && /^\s*\d*\.?\d+\s*M\s*$/.test(value);
}

/** The milliseconds of a duration, or `undefined` where the value is none (text that cannot be read or is in `M`, NaN, negative). */
export function parseDurationMs(value: unknown): number | undefined {
  if (saysMinutesOrMonths(value)) return undefined;
  const text = typeof value === 'string' ? value.trim() : '';
  // `ms` throws on what is empty or endless.
  const parsed = text !== '' && text.length <= 100 ? ms(text as ms.StringValue) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) && parsed >= 0 ? parsed : undefined;
}

/** Whole seconds, rounded up: what `Retry-After` and its like may say without sending a client back too early. */
export function secondsFromMs(durationMs: number): number {
  return Math.ceil(durationMs / 1000);
}
