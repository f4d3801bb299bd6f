const DIGITS = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

/**
 * A whole number from 0 to 2^53 as lua/program.lua reads it: in base 64, highest digit first, 64 added to all digits
 * but the last. Bytes below 128 are themselves in UTF-8, so a program is plain text to every driver. Throws for any other
 * number: what follows it in the program would be read wrongly.
 */
export function numberText(value: number): string {
  const digit = value < 64 ? DIGITS[value] : undefined;
  if (digit !== undefined) return digit;
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no whole number from 0 to 2^53.`);
  let rest = Math.floor(value / 64);
  let text = DIGITS[value - rest * 64] as string;
  while (rest > 0) {
    const higher = Math.floor(rest / 64);
    text = (DIGITS[64 + rest - higher * 64] as string) + text;
    rest = higher;
  }
  return text;
}

/** The same in eight digits of base 128, which are read faster than digits that tell whether they are the last. */
export function longText(value: number): string {
  return digitsOf(value, 8, Number.MAX_SAFE_INTEGER);
}

/** The same in two digits, up to 2^14 - 1. */
export function shortText(value: number): string {
  return digitsOf(value, 2, 128 ** 2 - 1);
}

function digitsOf(value: number, digits: number, most: number): string {
  if (!Number.isSafeInteger(value) || value < 0 || value > most) {
    throw new RangeError(`${value} is no whole number from 0 to ${most}.`);
  }
  let text = '';
  for (let rest = value; text.length < digits; rest = Math.floor(rest / 128)) {
    text = (DIGITS[rest % 128] as string) + text;
  }
  return text;
}
