import type {
  Expiry,
  Override,
  OverridePatch,
  OverrideScope,
  OverrideUpdate,
  PolicyMode,
  PolicySummary,
} from '../../../../rate-limit/src/admin/api';
import { numberProblem, unitProblem } from '../../lib/limit-text';
import { isLargeChange } from '../../lib/large-change';

/** What has been typed so far. Numbers stay text until they are sent, so that nothing jumps while somebody types. */
export interface Draft {
  readonly policy: string;
  readonly scope: OverrideScope['kind'];
  readonly subject: string;
  readonly limit: string;
  readonly per: string;
  readonly burst: string;
  /** Left out: shadow first; of an override that is there already, what it has. */
  readonly mode?: PolicyMode;
  readonly expiresInMs: Expiry;
  readonly reason: string;
  readonly confirm: string;
}

export function newDraft(expiresInMs: number, known: Partial<Draft> = {}): Draft {
  return {
    ...{ policy: '', scope: 'policy', subject: '', limit: '', per: '', burst: '' },
    ...{ expiresInMs, reason: '', confirm: '' },
    ...known,
  };
}

export function scopeOf({ scope, subject }: Draft): OverrideScope {
  if (scope === 'key') return { kind: 'key', key: subject };
  if (scope === 'pattern') return { kind: 'pattern', pattern: subject };
  return { kind: 'policy' };
}

/** What a draft is about: the policy, and the override that is there for the same already. */
export interface Standing {
  readonly policy: PolicySummary | undefined;
  readonly override: Override | undefined;
  /** Whether the server was asked since the dialog was opened: what was kept from an earlier look may be over. */
  readonly isKnown: boolean;
}

/** The override for the same policy and the same clients that is in force or tried out: there is one at most. */
export function standingOf(draft: Draft, overrides: readonly Override[]): Override | undefined {
  const { subject } = draft;
  return overrides.find(({ policy, scope }) => {
    if (policy !== draft.policy || scope.kind !== draft.scope) return false;
    if (scope.kind === 'pattern') return scope.pattern === subject;
    return (
      scope.kind === 'policy' ||
      [scope.key.text, scope.key.ref].some((key) => key === subject || key === `ip:${subject}`)
    );
  });
}

export const modeOf = ({ mode }: Draft, { override }: Standing): PolicyMode =>
  mode ?? (override === undefined ? 'shadow' : (override.patch.mode ?? 'enforce'));

/**
 * What is to hold, the mode always said. Of an override that is there already what was left blank stays; without one a
 * policy has only what differs from what is in force.
 */
export function patchOf(draft: Draft, standing: Standing): OverridePatch {
  const { policy, override } = standing;
  const limit = numberOf(draft.limit);
  const burst = numberOf(draft.burst);
  const per = draft.per.trim();
  const now = override === undefined && draft.scope === 'policy' ? policy?.effective : undefined;
  return {
    ...override?.patch,
    ...(limit === undefined || limit === now?.limit ? {} : { limit }),
    ...(per === '' || per === now?.per ? {} : { per }),
    ...(burst === undefined || burst === now?.burst ? {} : { burst }),
    mode: modeOf(draft, standing),
  };
}

export function bodyOf(draft: Draft, standing: Standing): OverrideUpdate {
  return {
    patch: patchOf(draft, standing),
    reason: draft.reason.trim(),
    expiresInMs: draft.expiresInMs,
    ...(draft.confirm === '' ? {} : { confirm: draft.confirm }),
  };
}

/** What a change in shadow does: a trial beside the limit, in place of what was enforced, or no limit any more. */
export function shadowEffect(draft: Draft, standing: Standing): 'trial' | 'instead' | 'shadow' | 'suspend' {
  const { policy, override } = standing;
  const without = draft.scope === 'policy' && override !== undefined ? policy?.code : policy?.effective;
  if (without?.mode !== 'enforce') return 'shadow';
  if (Object.keys(patchOf(draft, standing)).length === 1) return 'suspend';
  return override !== undefined && override.patch.mode !== 'shadow' ? 'instead' : 'trial';
}

/** What is wrong with the numbers before they are sent, by their fields. */
export const numberProblems = ({ limit, per, burst }: Draft): Readonly<Record<string, string | undefined>> => ({
  limit: numberProblem(limit, 0),
  per: unitProblem(per),
  burst: numberProblem(burst, 1),
});

/** The server asks for the name of the policy, typed, when a change is more than tenfold of what code says, or less. */
export const needsConfirm = (draft: Draft, { policy, ...standing }: Standing): boolean =>
  policy !== undefined && isLargeChange(policy.code, patchOf(draft, { policy, ...standing }));

const numberOf = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));
