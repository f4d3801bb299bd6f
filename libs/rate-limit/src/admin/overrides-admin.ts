import { differences } from '../control/audit-record';
import type { OverrideDocument, OverrideTarget } from '../control/documents';
import { isGone, isInForce } from '../control/documents';
import { compilePatch } from '../control/in-force';
import { wordsOf, wordsOfPatch } from '../control/policy-words';
import type { ControlDocument } from '../control/documents';
import type { PolicyOptions } from '../core/policy';
import type { PolicyPatch } from '../engine/policy-patch';
import type { RateLimitContext } from '../nest/rate-limit-context';
import { AdminError } from './admin-error';
import type { AdminCore } from './admin-core';
import type * as api from './api';
import type { Caller } from './caller';
import { largeChange } from './large-change';
import { idOf, nextOf, type StepInput } from './override-steps';
import { overrideConflict, overrideDetail, overrideView, targetText } from './override-views';

/** Changes of policies at run time. Each method throws an AdminError where it does not do what was asked. */
export class OverridesAdmin {
  constructor(private readonly core: AdminCore) {}

  async list({ policy, state }: api.OverrideQuery = {}): Promise<api.OverrideList> {
    const { plane } = this.core;
    const all = plane.overrides().filter((found) => policy === undefined || found.policy === policy);
    const applied = await this.core.applied(all.map(({ id }) => id));
    const views = all.map((document) => overrideView(this.core, document, applied.get(document.id)));
    const wanted = views.filter((view) => {
      if (state === 'any') return true;
      return state === undefined ? view.state === 'active' || view.state === 'shadow' : view.state === state;
    });
    wanted.sort((a, b) => b.changedAtMs - a.changedAtMs);
    return { overrides: wanted, controlVersion: plane.state };
  }

  async get(id: string): Promise<api.OverrideDetail> {
    const document = await this.find(id);
    const applied = await this.core.applied([id]);
    return overrideDetail(this.core, document, applied.get(id));
  }

  /** One document a policy and target: where one is in force already, it is a conflict, and to be changed instead. */
  async create(input: api.OverrideCreate, caller: Caller): Promise<api.OverrideDetail> {
    this.core.demand(caller, 'configure');
    const target = this.target(input.scope);
    this.check(input.policy, input.patch, input.confirm);
    const nowMs = Date.now();
    const id = idOf(input.policy, target);
    const known = await this.core.find(id);
    const before = known?.kind === 'override' && !isInForce(known, nowMs) ? known : undefined;
    const expiresAtMs = this.core.expiryOf(input.expiresInMs, nowMs);
    const document = nextOf(
      before,
      { id, policy: input.policy, target, basedOn: wordsOf(this.codeOf(input.policy)) },
      caller,
      {
        patch: input.patch,
        reason: input.reason,
        expiresAtMs,
        change: 'created',
        rolledBackTo: null,
      },
      nowMs,
    );
    await this.save(document, document.version - 1, 'override.create', undefined, caller);
    return this.get(id);
  }

  async change(id: string, version: number, input: api.OverrideUpdate, caller: Caller): Promise<api.OverrideDetail> {
    this.core.demand(caller, 'configure');
    const before = await this.find(id, version);
    this.check(before.policy, input.patch, input.confirm);
    const nowMs = Date.now();
    const keepsEnd = input.expiresInMs === undefined && isInForce(before, nowMs);
    const expiresAtMs = keepsEnd ? before.expiresAtMs : this.core.expiryOf(input.expiresInMs, nowMs);
    const step = { patch: input.patch, reason: input.reason, expiresAtMs, rolledBackTo: null };
    return this.follow(before, version, caller, 'override.change', { ...step, change: 'changed' });
  }

  /** An earlier revision again, as a new one. */
  async rollBack(id: string, version: number, input: api.RollbackRequest, caller: Caller): Promise<api.OverrideDetail> {
    this.core.demand(caller, 'configure');
    const before = await this.find(id, version);
    const target = before.steps.find((step) => step.version === input.toVersion);
    if (target === undefined) throw AdminError.invalid('toVersion', 'There is no such revision any more.');
    if (target.change === 'removed') throw AdminError.invalid('toVersion', 'That revision took the override back.');
    const nowMs = Date.now();
    this.demandName(before.policy, target.patch, input.confirm, enforced(before, nowMs));
    const expiresAtMs = this.core.expiryOf(input.expiresInMs, nowMs);
    const step = { patch: target.patch, reason: input.reason, expiresAtMs, rolledBackTo: input.toVersion };
    return this.follow(before, version, caller, 'override.rollback', { ...step, change: 'rolled-back' });
  }

  async remove(id: string, version: number, reason: string, caller: Caller): Promise<void> {
    this.core.demand(caller, 'configure');
    const before = await this.find(id, version);
    if (isGone(before, version)) throw noOverride();
    const { patch, expiresAtMs } = before;
    const step = { patch, reason, expiresAtMs, rolledBackTo: null, change: 'removed' } as const;
    await this.follow(before, version, caller, 'override.remove', step);
  }

  /** Whom an override that was refused would have been for; `known`: the policy, where there is one of that name. */
  attempted(policy: string, scope: api.OverrideScope | undefined, known: string | null): string {
    const unread = `${policy} for …`;
    if (scope === undefined) return unread;
    try {
      return targetText(this.core, { policy, target: this.target(scope) }, known);
    } catch (error) {
      if (error instanceof AdminError) return unread;
      throw error;
    }
  }

  private async follow(
    before: OverrideDocument,
    version: number,
    caller: Caller,
    action: 'override.change' | 'override.rollback' | 'override.remove',
    step: StepInput,
  ): Promise<api.OverrideDetail> {
    // What is taken back needs no policy: it may be gone.
    const basedOn = step.change === 'removed' ? before.basedOn : wordsOf(this.codeOf(before.policy));
    const current: OverrideDocument = { ...before, version, basedOn };
    const document = nextOf({ ...current, steps: before.steps }, current, caller, step);
    await this.save(document, version, action, before, caller);
    return this.get(document.id);
  }

  private async save(
    document: OverrideDocument,
    expected: number,
    action: 'override.create' | 'override.change' | 'override.rollback' | 'override.remove',
    before: OverrideDocument | undefined,
    caller: Caller,
  ): Promise<void> {
    const was = before === undefined || before.removed ? {} : wordsOfPatch(before.patch);
    const record = this.core.record(caller, {
      action,
      target: targetText(this.core, document),
      policy: document.policy,
      documentId: document.id,
      changes: differences(was, document.removed ? {} : wordsOfPatch(document.patch)),
      reason: document.reason,
    });
    const conflictOf = (current: ControlDocument | undefined): api.Conflict => overrideConflict(current, expected);
    await this.core.write(document, expected, record, conflictOf);
  }

  private async find(id: string, version?: number): Promise<OverrideDocument> {
    const found = await this.core.find(id, version);
    if (found?.kind === 'override') return found;
    throw noOverride();
  }

  private target(scope: api.OverrideScope): OverrideTarget {
    return scope.kind === 'key' ? { kind: 'key', key: this.core.identityOf('scope.key', scope.key) } : scope;
  }

  private codeOf(policy: string): PolicyOptions<RateLimitContext> {
    const known = this.core.runtime.registry.known().find(({ name }) => name === policy);
    if (known === undefined) throw AdminError.invalid('policy', 'There is no such policy.');
    return known.code;
  }

  private check(policy: string, patch: api.OverridePatch, confirm: string | undefined): void {
    // Of a policy that is not there, nothing else is wrong.
    this.codeOf(policy);
    const problem = compilePatch(this.core.runtime.registry, policy, patch);
    if (typeof problem === 'string') throw AdminError.invalid('patch', problem);
    this.demandName(policy, patch, confirm);
  }

  /** More than tenfold of what code says, or of what holds now, has to be meant: the name of the policy is typed. */
  private demandName(policy: string, patch: PolicyPatch, confirm: string | undefined, now: PolicyPatch = {}): void {
    const code = this.codeOf(policy);
    const large = largeChange(code, patch) ?? largeChange(code, patch, now);
    if (large === undefined || confirm === policy) return;
    throw AdminError.invalid('confirm', `${large}: confirm it by the name "${policy}".`);
  }
}

const noOverride = (): AdminError => new AdminError('not-found', 'There is no such override.');

/** What an override makes of a policy now. What it only tries in shadow does not hold. */
const enforced = (document: OverrideDocument, nowMs: number): PolicyPatch =>
  isInForce(document, nowMs) && document.patch.mode !== 'shadow' ? document.patch : {};
