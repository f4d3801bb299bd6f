import type { ExecutionContext } from '@nestjs/common';

/** What was counted of a request in one pass of a guard. */
interface Claim {
  readonly pass: object;
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
 * The throttlers of an owner for which no other pass has counted this HTTP request, as a global guard and the same one
 * on a route make, and one on a class and its method. Notes these as counted in this pass, which is any object that is
 * new for each. Elsewhere a request carries many calls, and each counts.
 */
export function notCountedByOthers(
  pass: object,
  context: ExecutionContext,
  request: ClaimedRequest,
  owner: string,
  throttlers: readonly string[],
): readonly string[] {
  if (context.getType() !== 'http') return throttlers;
  const before = request[CLAIM];
  const left = before === undefined ? throttlers : throttlers.filter((name) => !isClaimed(before, pass, owner, name));
  request[CLAIM] = { pass, owner, throttlers: left, before };
  return left;
}

function isClaimed(last: Claim, pass: object, owner: string, throttler: string): boolean {
  for (let claim: Claim | undefined = last; claim !== undefined; claim = claim.before) {
    if (claim.pass !== pass && claim.owner === owner && claim.throttlers.includes(throttler)) return true;
  }
  return false;
}
