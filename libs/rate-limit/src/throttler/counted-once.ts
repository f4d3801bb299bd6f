import type { ExecutionContext } from '@nestjs/common';

/** One guard's count of a request. */
interface Claim {
  readonly guard: object;
  /** Says with the name of a throttler which bucket it was. */
  readonly owner: string;
  readonly throttlers: readonly string[];
  readonly before: Claim | undefined;
}

/** The last claim of each request. */
const claims = new WeakMap<object, Claim>();

/**
 * The throttlers of an owner for which no other guard has counted this HTTP request, as a global guard and the same one
 * on a route would. Notes these as counted by this one. Elsewhere a request carries many calls, and each counts.
 */
export function notCountedByOthers(
  guard: object,
  context: ExecutionContext,
  request: object,
  owner: string,
  throttlers: readonly string[],
): readonly string[] {
  if (context.getType() !== 'http') return throttlers;
  const before = claims.get(request);
  const left = before === undefined ? throttlers : throttlers.filter((name) => !isClaimed(before, guard, owner, name));
  claims.set(request, { guard, owner, throttlers: left, before });
  return left;
}

function isClaimed(last: Claim, guard: object, owner: string, throttler: string): boolean {
  for (let claim: Claim | undefined = last; claim !== undefined; claim = claim.before) {
    if (claim.guard !== guard && claim.owner === owner && claim.throttlers.includes(throttler)) return true;
  }
  return false;
}
