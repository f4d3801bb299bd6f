import type {
  AuditAction,
  AuditEntry,
  Applied,
  FieldChange,
  ListEntry,
  Override,
  OverrideCreate,
  OverrideDetail,
  OverrideRevision,
  PolicySettings,
} from '../../rate-limit/src/admin/api';
import { POLICIES } from './policies';

export const ANA = { id: 'ana', name: 'Ana Ferreira' };
export const OPERATOR = { id: 'ops', name: 'Development operator' };
const APPLIED: Applied = { applied: 3, instances: 3, missing: [] };
const MINUTE = 60_000;

interface AuditPart {
  readonly actor?: { readonly id: string; readonly name: string };
  readonly policy?: string;
  readonly overrideId?: string;
  readonly entryId?: string;
  readonly changes?: readonly FieldChange[];
  readonly reason?: string;
  readonly outcome?: 'done' | 'refused';
  readonly atMs?: number;
}

/** Overrides, lists and the log of the invented service. */
export class Control {
  version = 41;
  readonly overrides = new Map<string, OverrideDetail>();
  readonly entries = new Map<string, ListEntry>();
  readonly audit: AuditEntry[] = [];
  private next = 1000;

  id(prefix: string): string {
    return `${prefix}_${(this.next++).toString(36)}`;
  }

  log(action: AuditAction, target: string, part: AuditPart = {}): void {
    this.audit.unshift({
      id: this.id('aud'),
      atMs: part.atMs ?? Date.now(),
      actor: part.actor ?? OPERATOR,
      action,
      outcome: part.outcome ?? 'done',
      target,
      policy: part.policy ?? null,
      overrideId: part.overrideId ?? null,
      entryId: part.entryId ?? null,
      changes: part.changes ?? [],
      reason: part.reason ?? '',
      requestId: `req-${String(this.next)}`,
      instance: 'api-7d9f-2',
    });
  }

  addOverride(body: OverrideCreate, actor = OPERATOR, agoMs = 0): OverrideDetail {
    const atMs = Date.now() - agoMs;
    const { scope, expiresInMs = 4 * 60 * MINUTE } = body;
    const expiresAtMs = expiresInMs === 'never' ? null : atMs + expiresInMs;
    const override: OverrideDetail = {
      id: this.id('ovr'),
      version: 1,
      policy: body.policy,
      scope: scope.kind === 'key' ? { kind: 'key', key: { text: scope.key, ref: scope.key } } : scope,
      patch: body.patch,
      state: body.patch.mode === 'shadow' ? 'shadow' : 'active',
      reason: body.reason,
      createdBy: actor,
      createdAtMs: atMs,
      changedBy: actor,
      changedAtMs: atMs,
      expiresAtMs,
      codeChanged: [],
      applied: APPLIED,
      problem: null,
      revisions: [],
    };
    const changes = Object.entries(body.patch).map(([field, after]) => ({ field, before: null, after: String(after) }));
    this.log('override.create', body.policy, { ...parts(override), actor, changes, atMs });
    return this.keep(override, 'created');
  }

  keep(
    override: OverrideDetail,
    change: OverrideRevision['change'],
    rolledBackTo: number | null = null,
  ): OverrideDetail {
    const { version, patch, expiresAtMs, reason, changedBy: actor, changedAtMs: atMs } = override;
    const revision = { version, patch, expiresAtMs, reason, actor, atMs, change, rolledBackTo };
    const kept = { ...override, revisions: [revision, ...override.revisions] };
    this.overrides.set(kept.id, kept);
    this.version++;
    return kept;
  }

  addEntry(entry: Pick<ListEntry, 'list' | 'match' | 'reason'> & Partial<ListEntry>, agoMs = 0): ListEntry {
    const atMs = Date.now() - agoMs;
    const made: ListEntry = {
      id: this.id('ent'),
      version: 1,
      origin: 'operator',
      policy: null,
      createdBy: OPERATOR,
      createdAtMs: atMs,
      changedAtMs: atMs,
      expiresAtMs: atMs + 240 * MINUTE,
      state: 'active',
      hits: 0,
      applied: APPLIED,
      ...entry,
    };
    this.entries.set(made.id, made);
    this.version++;
    const target = made.match.kind === 'cidr' ? made.match.cidr : made.match.key.text;
    this.log('entry.create', target, { entryId: made.id, reason: made.reason, actor: made.createdBy, atMs });
    return made;
  }

  inForce(): readonly OverrideDetail[] {
    return [...this.overrides.values()].filter(({ state }) => state === 'active' || state === 'shadow');
  }

  /** What a policy says with the override of the whole policy, if there is one. */
  effective(name: string): { readonly settings: PolicySettings; readonly override: Override | undefined } {
    const code = POLICIES.find((policy) => policy.name === name)?.code ?? POLICIES[0]?.code;
    if (!code) throw new Error('The invented service has policies.');
    const override = this.inForce().find((each) => each.policy === name && each.scope.kind === 'policy');
    const { limit = code.limit, per = code.per, burst = code.burst, mode = code.mode } = override?.patch ?? {};
    return { settings: { ...code, limit, per: String(per), burst, mode }, override };
  }
}

export const parts = ({ policy, id, reason }: Override): AuditPart => ({ policy, overrideId: id, reason });
