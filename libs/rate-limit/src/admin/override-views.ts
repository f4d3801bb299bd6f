import { differences } from '../control/audit-record';
import { type ControlDocument, isInForce, type OverrideDocument } from '../control/documents';
import { wordsOf, wordsOfPatch } from '../control/policy-words';
import { scopeOf } from '../engine/bucket-id';
import type { AdminCore } from './admin-core';
import type * as api from './api';
import { bucketsOf } from './policy-buckets';

const NOWHERE: api.Applied = { applied: 0, instances: 0, complete: true, missing: [] };

export function overrideView(core: AdminCore, document: OverrideDocument, applied = NOWHERE): api.Override {
  const code = core.runtime.registry.known().find(({ name }) => name === document.policy)?.code;
  return {
    id: document.id,
    version: document.version,
    policy: document.policy,
    scope: scopeView(core, document),
    patch: document.patch,
    state: stateOf(document),
    reason: document.reason,
    createdBy: document.createdBy,
    createdAtMs: document.createdAtMs,
    changedBy: document.changedBy,
    changedAtMs: document.changedAtMs,
    expiresAtMs: document.expiresAtMs,
    codeChanged: code === undefined ? [] : differences(document.basedOn, wordsOf(code)),
    applied,
    unheardIn: unheardIn(core, document),
    problem: core.plane.inForce.problems.get(document.id) ?? null,
  };
}

export function overrideDetail(core: AdminCore, document: OverrideDocument, applied?: api.Applied): api.OverrideDetail {
  return { ...overrideView(core, document, applied), revisions: [...document.steps].reverse() };
}

/** What a request that knew of another version has to look at. */
export function overrideConflict(current: ControlDocument | undefined, known: number): api.Conflict {
  if (current?.kind !== 'override') return { version: 0, changedBy: null, changedAtMs: null, changes: [] };
  const base = current.steps.find(({ version }) => version === known);
  const changes = differences(
    base === undefined ? {} : { ...wordsOfPatch(base.patch), expires: timeText(base.expiresAtMs) },
    { ...(current.removed ? {} : wordsOfPatch(current.patch)), expires: timeText(current.expiresAtMs) },
  );
  return { version: current.version, changedBy: current.changedBy, changedAtMs: current.changedAtMs, changes };
}

/** @param known The policy; `null` where there is none of that name. */
export function targetText(
  core: AdminCore,
  { policy, target }: Pick<OverrideDocument, 'policy' | 'target'>,
  known: string | null = policy,
): string {
  switch (target.kind) {
    case 'policy':
      return policy;
    case 'key':
      return `${policy} for ${core.keys.of(target.key, known ?? undefined).text}`;
    case 'pattern':
      return `${policy} for ${target.pattern}`;
  }
}

export function timeText(atMs: number | null): string {
  return atMs === null ? 'never' : new Date(atMs).toISOString();
}

/** Of an override of one key, the view of the key tells what limits it on each route. */
function unheardIn({ plane, runtime: { registry } }: AdminCore, { id, policy }: OverrideDocument): readonly string[] {
  if (plane.inForce.overrideOf(policy) !== id) return [];
  const buckets = bucketsOf(registry, policy).filter((bucketId) => !registry.isOverriddenIn(policy, bucketId));
  return buckets.map(scopeOf);
}

function stateOf(document: OverrideDocument): api.OverrideState {
  if (document.removed) return 'removed';
  if (!isInForce(document, Date.now())) return 'expired';
  return document.patch.mode === 'shadow' ? 'shadow' : 'active';
}

function scopeView(core: AdminCore, { policy, target }: OverrideDocument): api.OverrideScopeView {
  return target.kind === 'key' ? { kind: 'key', key: core.keys.of(target.key, policy) } : target;
}
