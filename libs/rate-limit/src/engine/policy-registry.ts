import type { ConfigurationProblem } from '../core/errors';
import { FloodgateError, show } from '../core/errors';
import type { Policy, PolicyOptions } from '../core/policy';
import { Problems } from '../core/problems';
import { saidOf } from '../core/said-options';
import { policyBucketId } from './bucket-id';
import type { KnownPolicy, RegisteredPolicy } from './known-policy';
import { PolicyCompiler } from './policy-compiler';
import { isHeardBeside, isTrial, type PolicyPatch } from './policy-patch';
import { RuntimeControl } from './runtime-control';

/** The named policies of an application. Its version grows with every change, so that plans know when they are old. */
export class PolicyRegistry<Context> extends PolicyCompiler<Context> {
  private readonly policies = new Map<string, RegisteredPolicy<Context>>();
  private readonly inline = new Map<string, Omit<KnownPolicy<Context>, 'name' | 'isInline'>>();
  private readonly patches = new Map<string, PolicyPatch>();
  private readonly buckets = new Map<string, Map<string, Partial<PolicyOptions<Context>> | undefined>>();
  /** What is changed at run time beside the policies. */
  readonly control = new RuntimeControl();
  /** Told when code adds a policy, which may be one that operators decided about. */
  onAdded: (() => void) | undefined;
  version = 0;
  /** Whether no named policy is in another mode: then calls by code need not look. */
  enforcesAll = true;

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
    this.policies.set(name, { code: options, options, policy, bucketId: policyBucketId(policy) });
    this.changed();
    // What is changed of a name goes on when code replaces its policy, as far as it fits.
    const patch = this.patches.get(name);
    if (patch !== undefined && this.override(name, patch).length > 0) this.patches.delete(name);
    this.onAdded?.();
  }

  /** Checks and prepares a policy that is written where it is used and shares no name with a registered one. */
  compileInline(
    name: string,
    path: string,
    code: PolicyOptions<Context>,
    problems: Problems,
  ): Policy<Context> | undefined {
    const policy = this.compileOnRoute(name, path, code, this.patches.get(name), {}, problems);
    if (policy !== undefined) this.inline.set(name, { code, policy });
    return policy;
  }

  /** Checks and prepares a policy that differs from the registered one of its name in some options. */
  compileVariant(
    name: string,
    path: string,
    own: Partial<PolicyOptions<Context>>,
    problems: Problems,
  ): Policy<Context> | undefined {
    const { code } = this.policies.get(name) as RegisteredPolicy<Context>;
    return this.compileOnRoute(name, path, code, this.patches.get(name), own, problems);
  }

  /**
   * Changes a policy for this process, or takes the change back (`undefined`); plans are worked out anew. What is wrong
   * with the change is returned, and then nothing has changed. That of a policy that is not here waits for it.
   */
  override(name: string, given: PolicyPatch | undefined): readonly ConfigurationProblem[] {
    const patch = given && saidOf(given);
    const found = this.policies.get(name);
    const code = found?.code ?? this.inline.get(name)?.code;
    const problems = new Problems();
    if (code === undefined) {
      this.keep(name, patch);
      problems.add('policy', `is ${show(name)}, which is no policy here.`, this.knownPolicies());
      return problems.found;
    }
    const policy = this.compileChanged(name, 'patch', code, patch, {}, problems);
    if (policy === undefined) return problems.found;
    this.keep(name, patch);
    if (found === undefined) this.inline.set(name, { code, policy });
    else {
      const isTried = patch !== undefined && isTrial(patch) && policy.mode === 'enforce';
      this.policies.set(name, { ...found, options: isTried ? code : { ...code, ...patch }, policy });
    }
    this.changed();
    return [];
  }

  /** Grows with every change as well, and with every policy that is found where it is written. */
  get generation(): number {
    return this.version + this.inline.size;
  }

  /** Whether a policy that is here is changed. */
  isOverridden(name: string): boolean {
    return this.patches.has(name) && (this.policies.has(name) || this.inline.has(name));
  }

  /** Every policy of this process, those included that are written where they are used. */
  known(): readonly KnownPolicy<Context>[] {
    const named = [...this.policies].map(([name, { code, policy }]) => ({ name, code, policy, isInline: false }));
    // One whose name was registered since then differs from that in some options only.
    const inline = [...this.inline].filter(([name]) => !this.policies.has(name));
    return [...named, ...inline.map(([name, found]) => ({ name, ...found, isInline: true }))];
  }

  /** Takes a policy away; `false` where there was none. */
  remove(name: string): boolean {
    const removed = this.policies.delete(name);
    if (removed) this.changed();
    return removed;
  }

  find(name: string): Policy<Context> | undefined {
    return this.policies.get(name)?.policy;
  }

  /** A policy as it holds for all of its keys, be it written where it is used; whatever routes change of it. */
  inForceForAll(name: string): Policy<Context> | undefined {
    return this.find(name) ?? this.inline.get(name)?.policy;
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

  /**
   * Remembers that a policy is counted in a bucket, so that resetting the policy finds all of them; with what the route
   * that it is the bucket of changes of the policy.
   */
  noteBucket(name: string, bucketId: string, own?: Partial<PolicyOptions<Context>>): void {
    const known = this.buckets.get(name) ?? new Map<string, Partial<PolicyOptions<Context>> | undefined>();
    this.buckets.set(name, known.set(bucketId, own));
  }

  bucketsOf(name: string): Iterable<string> {
    return this.buckets.get(name)?.keys() ?? [];
  }

  /** A policy as it is counted in one of its buckets; `undefined` where none is known by that name. */
  inForceIn(name: string, bucketId: string): Policy<Context> | undefined {
    const own = this.buckets.get(name)?.get(bucketId);
    if (own === undefined || !this.policies.has(name)) return this.inForceForAll(name);
    return this.compileVariant(name, '@RateLimit', own, new Problems());
  }

  /** Whether what is changed of a policy at run time makes a difference in one of its buckets. */
  isOverriddenIn(name: string, bucketId: string): boolean {
    const own = this.buckets.get(name)?.get(bucketId);
    const code = this.policies.get(name)?.code;
    const patch = this.patches.get(name);
    if (patch === undefined || own === undefined || code === undefined) return this.isOverridden(name);
    if (!isHeardBeside(patch, { ...own })) return false;
    return this.compileChanged(name, '@RateLimit', code, patch, own, new Problems()) !== undefined;
  }

  private keep(name: string, patch: PolicyPatch | undefined): void {
    if (patch === undefined) this.patches.delete(name);
    else this.patches.set(name, patch);
  }

  /** Whether another limit of the policy may be tried out, for all of its keys or for some. */
  isTried(name: string): boolean {
    return this.control.rules !== undefined || this.find(name)?.trial !== undefined;
  }

  private changed(): void {
    this.version++;
    this.enforcesAll = [...this.policies.values()].every(
      ({ policy }) => policy.mode === 'enforce' && policy.trial === undefined,
    );
  }
}
