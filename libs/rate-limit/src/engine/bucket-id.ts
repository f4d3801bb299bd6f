import type { Policy } from '../core/policy';

/**
 * Which requests share a bucket, as one text: the policy's name, its algorithm, and the scope. Policy names are
 * printable, so a line break keeps the parts apart.
 */
export function bucketIdOf(name: string, algorithm: string, scope: string): string {
  return `${name}\n${algorithm}\n${scope}`;
}

/** The bucket that all uses of a policy share, and that calls without a request are counted in. */
export function policyBucketId({ name, algorithm }: Policy<never>): string {
  return bucketIdOf(name, algorithm, '');
}

/** Where the trial of another limit counts what is counted in a bucket. */
export function trialBucketId(bucketId: string): string {
  return `${bucketId}\ntrial`;
}

/** What the uses that share a bucket have in common, such as `route ItemsController#list`; '' where all do. */
export function scopeOf(bucketId: string): string {
  return bucketId.split('\n')[2] ?? '';
}

/** The name of the policy that a bucket belongs to. */
export function policyNameOf(bucketId: string): string {
  return bucketId.slice(0, bucketId.indexOf('\n'));
}
