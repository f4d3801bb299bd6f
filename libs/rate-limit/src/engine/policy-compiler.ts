import { compilePolicy } from '../core/compile-policy';
import type { Policy, PolicyOptions } from '../core/policy';
import { Problems } from '../core/problems';
import { saidOf } from '../core/said-options';
import { type PolicyPatch, withPatch } from './policy-patch';

/** Prepares policies, and knows what there is among them. */
export class PolicyCompiler<Context> {
  /** Policies whose limit depends on the request, or did, wherever that is written. */
  readonly limitedByRequest = new Set<string>();
  /** Whether a policy turns denials into bans, or did, wherever that is written. */
  mayBan = false;
  /** Told of each one that does, as it comes. */
  onBan: (() => void) | undefined;

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
    const policy = compilePolicy(name, path, isObject ? this.withDefaults(options) : options, problems);
    if (policy?.limitOf !== undefined) this.limitedByRequest.add(name);
    if (policy?.ban !== undefined) {
      this.mayBan = true;
      this.onBan?.();
    }
    return policy;
  }

  /** What code says, with what is changed at run time and what a route says for itself. */
  protected compileChanged(
    name: string,
    path: string,
    code: PolicyOptions<Context>,
    patch: PolicyPatch | undefined,
    own: Partial<PolicyOptions<Context>>,
    problems: Problems,
  ): Policy<Context> | undefined {
    return withPatch(patch ?? {}, (changes) => this.compile(name, path, { ...code, ...changes, ...own }, problems));
  }

  /** The same for a route. One whose own options do not go with the change keeps its limit, and goes on without it. */
  protected compileOnRoute(
    name: string,
    path: string,
    code: PolicyOptions<Context>,
    patch: PolicyPatch | undefined,
    own: Partial<PolicyOptions<Context>>,
    problems: Problems,
  ): Policy<Context> | undefined {
    const changed = patch === undefined ? undefined : this.compileChanged(name, path, code, patch, own, new Problems());
    return changed ?? this.compileChanged(name, path, code, undefined, own, problems);
  }

  private withDefaults(options: PolicyOptions<Context>): PolicyOptions<Context> {
    return { ...this.defaults, ...saidOf(options) };
  }
}
