// What a property looks at on each call of thousands of schedules. Jest makes an object of all its matchers for every
// `expect`, which took three quarters of the time; so it is asked where something is wrong, and says what.

export function mustBe<T>(actual: T, expected: T): void {
  if (!Object.is(actual, expected)) expect(actual).toBe(expected);
}

export function mustBeAtMost(actual: number, most: number): void {
  if (!(actual <= most)) expect(actual).toBeLessThanOrEqual(most);
}

export function mustBeAtLeast(actual: number, least: number): void {
  if (!(actual >= least)) expect(actual).toBeGreaterThanOrEqual(least);
}

export function mustBeBelow(actual: number, bound: number): void {
  if (!(actual < bound)) expect(actual).toBeLessThan(bound);
}

export function mustBeAbove(actual: number, bound: number): void {
  if (!(actual > bound)) expect(actual).toBeGreaterThan(bound);
}
