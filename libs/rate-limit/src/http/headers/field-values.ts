/** The largest integer of RFC 9651: fifteen digits. */
const LARGEST = 999_999_999_999_999;

/** A non-negative integer of RFC 9651: rounded down, and within its bounds whatever the value is. */
export function integerText(value: number): string {
  if (value >= LARGEST) return String(LARGEST);
  return value >= 1 ? String(Math.floor(value)) : '0';
}

/** A string of RFC 9651. What it cannot carry becomes a question mark: a name must not fail a response. */
export function quotedText(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}
