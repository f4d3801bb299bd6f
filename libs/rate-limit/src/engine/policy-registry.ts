import { compilePolicy } from '../core/compile-policy';
import { FloodgateError, show } from '../core/errors';
import type { Policy, PolicyOptions } from '../core/policy';
import { Problems } from '../core/problems';
import { policyBucketId } from './bucket-id';

interface Registered<Context> {
  readonly options: PolicyOptions<Context>;
  readonly policy: Policy<Context>;
  /** The bucket of calls without a request. */
  readonly bucketId: string;
}

/** The named policies of an application. Its version grows with every change, so that plans know when they are old. */
export class PolicyRegistry<Context> {
  private readonly policies = new Map<string, Registered<Context>>();
  private readonly buckets = new Map<string, Set<string>>();
  version = 0;

  /** @param defaults What holds of a policy whose options do not say. */
  constructor(private readonly defaults: Partial<PolicyOptions<Context>> = {}) {}

  /** Checks and prepares a policy with these defaults. */
  compile(
    name: string,
    path: string,
    options: PolicyOptions<Context>,
    problems: Problems,
  ): Policy<Context> | undefined {
    const isObject = typeof options === 'object' && (options as unknown) !== null;
    return compilePolicy(name, path, isObject ? { ...this.defaults, ...options } : options, problems);
  }

  get names(): readonly string[] {
    return [...this.policies.keys()];
  }

  /** Checks and adds a policy; `path` is where its options stand. A name that is taken is a problem. */
  add(name: string, path: string, options: PolicyOptions<Context>, problems: Problems): void {
    if (this.policies.has(name)) {
      problems.add(path, `defines ${show(name)} a second time.`, 'Give it another name, or define it in one place.');
      return;
    }
    const policy = this.compile(name, path, options, problems);
    if (policy === undefined) return;
    this.policies.set(name, { options, policy, bucketId: policyBucketId(policy) });
    this.version++;
  }

  /** Takes a policy away; `false` where there was none. */
  remove(name: string): boolean {
    const removed = this.policies.delete(name);
    if (removed) this.version++;
    return removed;
  }

  find(name: string): Policy<Context> | undefined {
    return this.policies.get(name)?.policy;
  }

  /** The options a policy was registered with, for an inline policy that changes some of them. */
  optionsOf(name: string): PolicyOptions<Context> | undefined {
    return this.policies.get(name)?.options;
  }

  /** The policy of that name, and its bucket. Throws POLICY_UNKNOWN and names the ones there are. */
  get(name: string): { readonly policy: Policy<Context>; readonly bucketId: string } {
    const found = this.policies.get(name);
    if (found !== undefined) return found;
    throw new FloodgateError('POLICY_UNKNOWN', `There is no policy ${show(name)}. ${this.knownPolicies()}`);
  }

  /** A remedy for a name that is none. */
  knownPolicies(): string {
    return this.policies.size === 0
      ? 'No policy is registered: add it to "policies" of RateLimitModule.forRoot.'
      : `Registered are ${this.names.map(show).join(', ')}.`;
  }

  /** Remembers that a policy is counted in a bucket, so that resetting the policy finds all of them. */
  noteBucket(name: string, bucketId: string): void {
    const ids = this.buckets.get(name) ?? new Set();
    this.buckets.set(name, ids.add(bucketId));
  }

  bucketsOf(name: string): Iterable<string> {
    return this.buckets.get(name) ?? [];
  }
}
