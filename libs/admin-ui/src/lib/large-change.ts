/** What code says of a policy, and what a change makes of it. */
interface Numbers {
  readonly limit: number | null;
  readonly per: string;
  readonly burst: number | null;
}

interface Patch {
  readonly limit?: number;
  readonly per?: string | number;
  readonly burst?: number;
}

/** The numbers of a policy with a change. A bucket that holds as much as its limit goes on doing so. */
export function changed<Code extends Numbers>(code: Code, { limit, per, burst }: Patch): Code {
  const follows = code.burst !== null && code.burst === code.limit;
  const holds = burst ?? (follows ? limit : undefined) ?? code.burst;
  return { ...code, limit: limit ?? code.limit, per: String(per ?? code.per), burst: holds };
}

/**
 * Whether a change makes the rate, or what is let through at once, more than tenfold of what code says or less than a
 * tenth, or of what code says with the change `now`: of that the server wants to be told the name of the policy. The
 * same as there, so that nobody fails by it.
 */
export function isLargeChange(code: Numbers, patch: Patch, now: Patch = {}): boolean {
  const [before, after] = [changed(code, now), changed(code, patch)];
  const [wasMs, isMs] = [windowMs(before.per), windowMs(after.per)];
  // A limit that depends on the request is compared with itself only.
  const keepsFunction = before.limit === null && after.limit === null;
  const [was, is] = keepsFunction ? [1, 1] : [before.limit ?? NaN, after.limit ?? NaN];
  return isFar(was * isMs, is * wasMs) || isFar(atOnce(before), atOnce(after));
}

/** Not of what is not known: NaN. */
const isFar = (before: number, after: number): boolean => after > 10 * before || after * 10 < before;

const atOnce = ({ limit, burst }: Numbers): number => (limit === 0 ? 0 : (burst ?? limit ?? NaN));

const DAY_MS = 86_400_000;
const LENGTHS: Readonly<Record<string, number>> = {
  ...{ s: 1000, m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS, y: 365.25 * DAY_MS },
  ...{ day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS },
};

/** The length of a window as it may be written; NaN where it is none. Those of the calendar are about as long. */
function windowMs(per: string): number {
  const [, amount = '', unit = ''] = /^(\d*\.?\d*) *([a-z]*)$/i.exec(per.trim().toLowerCase()) ?? [];
  if (amount === '') return LENGTHS[unit] ?? NaN;
  return Number(amount) * (unit === '' || /^m(?:s|il)/.test(unit) ? 1 : (LENGTHS[unit.charAt(0)] ?? NaN));
}
