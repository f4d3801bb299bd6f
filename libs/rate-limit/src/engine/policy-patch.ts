import type { Policy, PolicyMode } from '../core/policy';
import type { Quota } from '../core/quota';

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

/** Whether a change says anything that a route which has options of its own does not say otherwise. */
export function isHeardBeside(patch: PolicyPatch, own: Readonly<Record<string, unknown>>): boolean {
  const said = Object.entries(patch).filter(([, value]) => value !== undefined);
  return said.some(([option]) => own[option] === undefined && !(option === 'mode' && isTrial(patch)));
}

/** A policy with a change. `compile` prepares it with the options that it is handed in place of those of code. */
export function withPatch<Context>(
  patch: PolicyPatch,
  compile: (changes: PolicyPatch) => Policy<Context> | undefined,
): Policy<Context> | undefined {
  const changed = compile(patch);
  if (changed === undefined || !changesQuota(patch)) return changed;
  const code = compile({});
  if (code === undefined) return changed;
  if (changed.mode !== 'shadow' || !isTrial(patch) || code.mode !== 'enforce') return whereItFits(changed, code);
  // Then there is nothing to be tried out.
  const isSame = code.quota !== undefined && changed.quota !== undefined && isSameQuota(code.quota, changed.quota);
  return isSame ? code : Object.freeze({ ...code, trial: changed });
}

/** A changed policy; a limit of a request or a call that does not go with the change is counted as before. */
export function whereItFits<Context>(changed: Policy<Context>, before: Policy<Context>): Policy<Context> {
  const quotaFor = (limit: number | string): Quota => quotaIfFits(changed, limit) ?? before.quotaFor(limit);
  return Object.freeze({ ...changed, quotaFor });
}

/** A limit of a request or a call as a policy counts it; `undefined` where it is none that the policy could have. */
export function quotaIfFits(policy: Pick<Policy<never>, 'quotaFor'>, limit: number | string): Quota | undefined {
  try {
    return policy.quotaFor(limit);
  } catch {
    return undefined;
  }
}

/** Whether two quotas say the same, be it that two policies made them. */
export function isSameQuota(a: Quota, b: Quota): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
