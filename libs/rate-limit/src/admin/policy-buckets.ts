import type { Policy } from '../core/policy';
import { policyBucketId } from '../engine/bucket-id';
import type { PolicyRegistry } from '../engine/policy-registry';
import type { RateLimitContext } from '../nest/rate-limit-context';
import type * as api from './api';

/** Every bucket in which this process counts a policy. */
export function bucketsOf(registry: PolicyRegistry<RateLimitContext>, name: string): readonly string[] {
  const policy = registry.find(name);
  const own = policy === undefined ? [] : [policyBucketId(policy)];
  return [...new Set([...own, ...registry.bucketsOf(name)])];
}

/** Where the limit that is shown comes from. */
export function limitFrom(
  overrideId: string | null,
  policy: Policy<RateLimitContext>,
  isKnown: boolean,
): api.KeyInPolicy['limitFrom'] {
  if (overrideId !== null) return 'override';
  if (policy.quota !== undefined) return 'policy';
  return isKnown ? 'last-seen' : 'unknown';
}
