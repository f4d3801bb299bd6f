/** The number that a value is, or a text of digits. Throws what @nestjs/throttler throws for everything else. */
export function numberOf(value: unknown, option: string, throttlerName: string): number {
  const number = parseNumber(value);
  if (number !== undefined) return number;
  throw new Error(
    `Invalid "${option}" for the "${throttlerName}" throttler: expected a number, got ${JSON.stringify(value)}.`,
  );
}

export function parseNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
}
