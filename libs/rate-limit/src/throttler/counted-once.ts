import type { ExecutionContext } from '@nestjs/common';

/** One guard's count of a request. */
interface Claim {
  readonly guard: object;
  /** Says with the name of a throttler which bucket it was. */
  readonly owner: string;
  readonly throttlers: readonly string[];
  readonly before: Claim | undefined;
}

/** Where a request keeps its last claim: the collector has more work with a WeakMap, in which every request is. */
const CLAIM = Symbol('throttlers');

interface ClaimedRequest {
  [CLAIM]?: Claim;
}

/**
 * The throttlers of an owner for which no other guard has counted this HTTP request, as a global guard and the same one
 * on a route would. Notes these as counted by this one. Elsewhere a request carries many calls, and each counts.
 */
export function notCountedByOthers(
  guard: object,
  context: ExecutionContext,
  request: ClaimedRequest,
  owner: string,
  throttlers: readonly string[],
): readonly string[] {
  if (context.getType() !== 'http') return throttlers;
  const before = request[CLAIM];
  const left = before === undefined ? throttlers : throttlers.filter((name) => !isClaimed(before, guard, owner, name));
  request[CLAIM] = { guard, owner, throttlers: left, before };
  return left;
}

function isClaimed(last: Claim, guard: object, owner: string, throttler: string): boolean {
  for (let claim: Claim | undefined = last; claim !== undefined; claim = claim.before) {
    if (claim.guard !== guard && claim.owner === owner && claim.throttlers.includes(throttler)) return true;
  }
  return false;
}
