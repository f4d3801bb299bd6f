import { type ControlDocument, type EntryDocument, type EntryTarget, isGone, isInForce } from '../control/documents';
import { AdminError } from './admin-error';
import type { AdminCore } from './admin-core';
import type * as api from './api';
import type { Caller } from './caller';
import { addressTarget, entryId, keyTarget, matcherOf, targetText } from './entry-targets';
import { timeText } from './override-views';

const NOWHERE: api.Applied = { applied: 0, instances: 0, complete: true, missing: [] };

/** Who is refused or let pass whatever policies say. Throws an AdminError where it does not do what was asked. */
export class ListsAdmin {
  constructor(private readonly core: AdminCore) {}

  async list({ list, search = '' }: api.EntryQuery = {}): Promise<api.EntryList> {
    const nowMs = Date.now();
    const found = this.core.plane.entries().filter((entry) => isInForce(entry, nowMs));
    const applied = await this.core.applied(found.map(({ id }) => id));
    const views = found
      .filter((entry) => list === undefined || entry.list === list)
      .map((entry) => this.view(entry, applied.get(entry.id)))
      .filter((view) => textOf(view).startsWith(search) || view.reason.startsWith(search));
    views.sort((a, b) => b.changedAtMs - a.changedAtMs);
    return { entries: views, controlVersion: this.core.plane.state };
  }

  async get(id: string): Promise<api.ListEntry> {
    const entry = await this.find(id);
    return this.view(entry, (await this.core.applied([id])).get(id));
  }

  async create(input: api.EntryCreate, caller: Caller): Promise<api.ListEntry> {
    this.core.demand(caller, 'operate');
    const target = this.target(input.match);
    const nowMs = Date.now();
    const id = entryId(input.list, target);
    const known = await this.core.find(id);
    const expected = known !== undefined && !isInForce(known, nowMs) ? known.version : 0;
    const document: EntryDocument = {
      kind: 'entry',
      id,
      version: expected + 1,
      list: input.list,
      target,
      origin: 'operator',
      policy: null,
      offences: 0,
      lengthMs: 0,
      reason: input.reason,
      createdBy: caller.actor,
      createdAtMs: nowMs,
      changedBy: caller.actor,
      changedAtMs: nowMs,
      expiresAtMs: this.core.expiryOf(input.expiresInMs, nowMs),
      removed: false,
    };
    await this.save(document, expected, 'entry.create', caller);
    return this.get(id);
  }

  async change(id: string, version: number, input: api.EntryUpdate, caller: Caller): Promise<api.ListEntry> {
    this.core.demand(caller, 'operate');
    const expiresAtMs = this.core.expiryOf(input.expiresInMs, Date.now());
    await this.follow(id, version, { expiresAtMs, reason: input.reason }, 'entry.change', caller);
    return this.get(id);
  }

  async remove(id: string, version: number, reason: string, caller: Caller): Promise<void> {
    this.core.demand(caller, 'operate');
    await this.follow(id, version, { reason, removed: true }, 'entry.remove', caller);
  }

  /** Whom an entry that was refused would have been about; empty where that is not known. */
  attempted(list: api.ListEntry['list'], match: api.EntryMatch): string {
    try {
      return `${list} ${textOf({ match: this.matchView(this.target(match)) })}`;
    } catch (error) {
      if (error instanceof AdminError) return '';
      throw error;
    }
  }

  preview({ list, match }: api.EntryPreviewRequest, known: readonly string[]): api.EntryPreview {
    const target = this.target(match);
    const concerns = matcherOf(target);
    const nowMs = Date.now();
    const overlapping = this.core.plane
      .entries()
      .filter(
        (entry) =>
          isInForce(entry, nowMs) &&
          (concerns(targetText(entry.target)) || matcherOf(entry.target)(targetText(target))),
      );
    return {
      normalized: targetText(target),
      matches: known
        .filter(concerns)
        .slice(0, 20)
        .map((identity) => this.core.keys.of(identity)),
      overlaps: overlapping.map((entry) => ({
        entry: this.view(entry),
        wins: entry.list === 'allow' && list === 'ban',
      })),
    };
  }

  view(entry: EntryDocument, applied = NOWHERE): api.ListEntry {
    const { id, version, list, target, reason, origin, policy, createdBy, createdAtMs, changedAtMs, expiresAtMs } =
      entry;
    const state = entry.removed ? 'removed' : isInForce(entry, Date.now()) ? 'active' : 'expired';
    const hits = this.core.plane.inForce.hits.get(id) ?? 0;
    const about = { id, version, list, reason, origin, policy, createdBy, createdAtMs, changedAtMs, expiresAtMs };
    return { ...about, match: this.matchView(target), state, hits, applied };
  }

  private matchView(target: EntryTarget): api.EntryMatchView {
    switch (target.kind) {
      case 'key':
        return { kind: 'key', key: this.core.keys.of(target.key) };
      case 'address':
        return { kind: 'address', key: this.core.keys.of(`ip:${target.address}`) };
      case 'cidr':
        return target;
    }
  }

  private async follow(
    id: string,
    version: number,
    change: Partial<EntryDocument>,
    action: 'entry.change' | 'entry.remove',
    caller: Caller,
  ): Promise<void> {
    const before = await this.find(id, version);
    if (isGone(before, version)) throw noEntry();
    const changed = { changedBy: caller.actor, changedAtMs: Date.now(), version: version + 1 };
    await this.save({ ...before, ...change, ...changed }, version, action, caller);
  }

  private async save(
    document: EntryDocument,
    expected: number,
    action: 'entry.create' | 'entry.change' | 'entry.remove',
    caller: Caller,
  ): Promise<void> {
    const shown = this.view(document);
    const record = this.core.record(caller, {
      action,
      target: `${document.list} ${textOf(shown)}`,
      documentId: document.id,
      policy: document.policy,
      changes: [{ field: 'expires', before: null, after: document.removed ? null : timeText(document.expiresAtMs) }],
      reason: document.reason,
    });
    await this.core.write(document, expected, record, conflictOf);
  }

  private async find(id: string, version?: number): Promise<EntryDocument> {
    const found = await this.core.find(id, version);
    if (found?.kind === 'entry') return found;
    throw noEntry();
  }

  private target(match: api.EntryMatch): EntryTarget {
    const { ipv6Prefix } = this.core.runtime;
    if (match.kind !== 'key') return addressTarget(match, ipv6Prefix);
    return keyTarget(this.core.identityOrRangeOf('match.key', match.key), ipv6Prefix);
  }
}

const noEntry = (): AdminError => new AdminError('not-found', 'There is no such entry.');

function textOf({ match }: Pick<api.ListEntry, 'match'>): string {
  return match.kind === 'cidr' ? match.cidr : match.key.text;
}

function conflictOf(current: ControlDocument | undefined): api.Conflict {
  if (current === undefined) return { version: 0, changedBy: null, changedAtMs: null, changes: [] };
  const { version, changedBy, changedAtMs, removed, expiresAtMs } = current;
  const after = removed ? 'removed' : timeText(expiresAtMs);
  return { version, changedBy, changedAtMs, changes: [{ field: 'expires', before: null, after }] };
}
