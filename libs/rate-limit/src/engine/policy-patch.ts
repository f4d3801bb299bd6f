import type { Policy, PolicyMode } from '../core/policy';

/**
 * What can be changed of a policy at run time. Mode `shadow` with numbers tries these out beside a policy that is
 * enforced; without any it puts the policy itself into shadow.
 */
export interface PolicyPatch {
  readonly limit?: number;
  readonly per?: string | number;
  readonly burst?: number;
  readonly mode?: PolicyMode;
}

export function changesQuota({ limit, per, burst }: PolicyPatch): boolean {
  return limit !== undefined || per !== undefined || burst !== undefined;
}

/** Whether a change brings a limit to be tried out, where the policy is enforced without it. */
export function isTrial(patch: PolicyPatch): boolean {
  return patch.mode === 'shadow' && changesQuota(patch);
}

/** A policy with a change. `compile` prepares it with the options that it is handed in place of those of code. */
export function withPatch<Context>(
  patch: PolicyPatch,
  compile: (changes: PolicyPatch) => Policy<Context> | undefined,
): Policy<Context> | undefined {
  const changed = compile(patch);
  if (changed?.mode !== 'shadow' || !isTrial(patch)) return changed;
  const enforced = compile({});
  if (enforced?.mode !== 'enforce') return changed;
  return isSameQuota(enforced, changed) ? enforced : Object.freeze({ ...enforced, trial: changed });
}

/** Then there is nothing to be tried out. */
function isSameQuota(a: Policy<never>, b: Policy<never>): boolean {
  return a.quota !== undefined && JSON.stringify(a.quota) === JSON.stringify(b.quota);
}
