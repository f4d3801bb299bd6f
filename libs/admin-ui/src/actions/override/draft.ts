import type {
  Expiry,
  OverrideCreate,
  OverridePatch,
  OverrideScope,
  PolicyMode,
  PolicySettings,
} from '../../../../rate-limit/src/admin/api';

/** What has been typed so far. Numbers stay text until they are sent, so that nothing jumps while somebody types. */
export interface Draft {
  readonly policy: string;
  readonly scope: OverrideScope['kind'];
  readonly subject: string;
  readonly limit: string;
  readonly per: string;
  readonly burst: string;
  readonly mode: PolicyMode;
  readonly expiresInMs: Expiry;
  readonly reason: string;
  readonly confirm: string;
}

export function newDraft(expiresInMs: number, known: Partial<Draft> = {}): Draft {
  return {
    ...{ policy: '', scope: 'policy', subject: '', limit: '', per: '', burst: '' },
    ...{ mode: 'shadow', expiresInMs, reason: '', confirm: '' },
    ...known,
  };
}

export function scopeOf({ scope, subject }: Draft): OverrideScope {
  if (scope === 'key') return { kind: 'key', key: subject.trim() };
  if (scope === 'pattern') return { kind: 'pattern', pattern: subject.trim() };
  return { kind: 'policy' };
}

/** Only what differs from what is in force; the mode is always said. */
export function patchOf(draft: Draft, now: PolicySettings | undefined): OverridePatch {
  const limit = numberOf(draft.limit);
  const burst = numberOf(draft.burst);
  return {
    ...(limit === undefined || limit === now?.limit ? {} : { limit }),
    ...(draft.per.trim() === '' || draft.per.trim() === now?.per ? {} : { per: perOf(draft.per.trim()) }),
    ...(burst === undefined || burst === now?.burst ? {} : { burst }),
    mode: draft.mode,
  };
}

export function bodyOf(draft: Draft, now: PolicySettings | undefined): OverrideCreate {
  return {
    policy: draft.policy,
    scope: scopeOf(draft),
    patch: patchOf(draft, now),
    reason: draft.reason.trim(),
    expiresInMs: draft.expiresInMs,
    ...(draft.confirm === '' ? {} : { confirm: draft.confirm }),
  };
}

/** What a change in shadow does to a policy: a trial beside its limit, or a change of what it only watches. */
export function shadowEffect(draft: Draft, now: PolicySettings | undefined): 'trial' | 'shadow' | 'suspend' {
  if (now?.mode !== 'enforce') return 'shadow';
  return Object.keys(patchOf(draft, now)).length > 1 ? 'trial' : 'suspend';
}

/** The server asks for the name of the policy, typed, when the limit changes more than tenfold. */
export const needsConfirm = (draft: Draft, now: PolicySettings | undefined): boolean =>
  isLargeChange(numberOf(draft.limit), now?.limit ?? null);

export function isLargeChange(wanted: number | undefined, limit: number | null): boolean {
  if (wanted === undefined || limit === null || limit === 0) return false;
  return wanted > limit * 10 || wanted * 10 < limit;
}

const numberOf = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));

const perOf = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);
