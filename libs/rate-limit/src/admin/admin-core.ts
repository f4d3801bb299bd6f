import type { AuditRecord } from '../control/audit-record';
import type { ControlPlane } from '../control/control-plane';
import { MOST_BLOCKED, MOST_DOCUMENTS, type WriteResult } from '../control/control-store';
import { concerned } from '../control/concerned';
import { UncertainError } from '../control/control-redis';
import type { DecisionJournal } from '../control/decision-journal';
import type { ControlDocument } from '../control/documents';
import { hasPort, identityFromText, isRangeIdentity, isUrl } from '../control/identity-text';
import { messageOf } from '../engine/log';
import type { RateLimitRuntime } from '../nest/runtime';
import { normalizeAddress } from '../http/normalize-address';
import { ActionCounts } from './action-counts';
import { AdminError } from './admin-error';
import type { Applied, Conflict, Expiry } from './api';
import { type Caller, includesRole } from './caller';
import type { KeyViews } from './key-views';

export const DEFAULT_EXPIRY_MS = 4 * 3_600_000;
const LONGEST_EXPIRY_MS = 3_650 * 86_400_000;

export type Noted = Pick<AuditRecord, 'action' | 'target' | 'changes' | 'reason'> &
  Partial<Pick<AuditRecord, 'policy' | 'documentId' | 'outcome'>>;

/** What all parts of the admin service share. */
export class AdminCore {
  readonly actions = new ActionCounts();
  private notes = 0;

  constructor(
    readonly runtime: RateLimitRuntime,
    readonly plane: ControlPlane,
    readonly journal: DecisionJournal,
    readonly keys: KeyViews,
    readonly instance: string,
  ) {}

  /** Throws FORBIDDEN where the caller's role does not reach. */
  demand(caller: Caller, role: Caller['role']): void {
    if (includesRole(caller.role, role)) return;
    throw new AdminError('forbidden', `This needs the role "${role}"; yours is "${caller.role}".`, { needs: role });
  }

  /** The identity that a `ref` or typed text means. */
  identityOf(path: string, text: string): string {
    const identity = this.identityOrRangeOf(path, text);
    if (!isRangeIdentity(identity)) return identity;
    throw AdminError.invalid(path, 'This is a range. Write one address: ranges can only be banned and allowed.');
  }

  /** The same, or `ip:` with a range behind. */
  identityOrRangeOf(path: string, text: string): string {
    const opened = this.keys.open(text);
    if (opened === undefined) throw AdminError.invalid(path, 'This reference is not of here. Look the key up again.');
    if (hasPort(opened)) {
      throw AdminError.invalid(path, 'This is an address with a port. Write the address alone, such as ip:192.0.2.1.');
    }
    if (isUrl(opened)) {
      throw AdminError.invalid(path, 'This is a URL. Write the address or the key alone, such as ip:192.0.2.1.');
    }
    const identity = identityFromText(opened, (address) => normalizeAddress(address, this.runtime.ipv6Prefix));
    if (identity !== undefined) return identity;
    throw AdminError.invalid(path, 'Write the kind and the value, such as user:42 or ip:192.0.2.1.');
  }

  expiryOf(expiry: Expiry | undefined, nowMs: number): number | null {
    if (expiry === 'never') return null;
    return nowMs + Math.min(expiry ?? DEFAULT_EXPIRY_MS, LONGEST_EXPIRY_MS);
  }

  record(caller: Caller, noted: Noted): AuditRecord {
    const atMs = Date.now();
    return {
      policy: null,
      documentId: null,
      outcome: 'done',
      ...noted,
      id: `${String(atMs)}-${String(++this.notes)}`,
      atMs,
      actor: caller.actor,
      requestId: caller.requestId,
      instance: this.instance,
    };
  }

  /** A document of that version or a later one, as far as the store can be asked: another instance may have written it. */
  async find(id: string, version = 0): Promise<ControlDocument | undefined> {
    const known = this.plane.find(id);
    if (known !== undefined && known.version >= version) return known;
    await this.plane.poll();
    return this.plane.find(id);
  }

  async note(caller: Caller, noted: Noted): Promise<void> {
    const record = this.record(caller, noted);
    this.actions.add(record);
    const written = this.plane.store.note(record).catch((error: unknown) => {
      this.runtime.operations.control.drop(1);
      throw error;
    });
    await available(written);
  }

  /** Throws where it is not written, and why. */
  async write(
    document: ControlDocument,
    expected: number,
    record: AuditRecord,
    conflictOf: (current: ControlDocument | undefined) => Conflict,
  ): Promise<void> {
    const result: WriteResult = await available(this.plane.write(document, expected, record), 'change');
    if (result.outcome === 'full') {
      const full = `There are ${String(MOST_DOCUMENTS)} overrides and entries, as many as can be kept.`;
      const ended = 'Those that have ended count for a while: entries for two days, overrides for thirty.';
      throw new AdminError('too-many', `${full} ${ended} Change one that is there, or wait.`);
    }
    if (result.outcome === 'written') {
      this.actions.add(record);
      // It is changed, whether the list of who is blocked can be read or not: whoever is allowed leaves it as well.
      await this.letGo(document).catch(() => undefined);
      return;
    }
    const conflict = conflictOf(result.current);
    const who = conflict.changedBy === null ? 'Somebody' : conflict.changedBy.name;
    throw new AdminError('conflict', `${who} changed it meanwhile. Look at what is there now, and try again.`, {
      conflict,
    });
  }

  /** Takes off the list of who is blocked whom a change concerns, whichever instance refused him. */
  private async letGo(document: ControlDocument): Promise<void> {
    const { store } = this.plane;
    const { records } = await store.blocked(Date.now(), MOST_BLOCKED);
    const released = records.filter(concerned([document]));
    if (released.length === 0) return;
    await store.unblock(released);
    for (const { policy, identity } of released) {
      this.journal.blocked.letGo(policy, identity);
      this.runtime.operations.statistics.letGo(policy, identity);
    }
  }

  /** How far a document has got. */
  async applied(ids: readonly string[]): Promise<ReadonlyMap<string, Applied>> {
    const { alive, complete } = await this.plane.instances();
    return new Map(
      ids.map((id) => {
        const state = this.plane.stateOf(id);
        const missing = alive.flatMap((instance) => {
          const problem = instance.problems[id] ?? null;
          return instance.applied >= state && problem === null ? [] : [{ id: instance.id, problem }];
        });
        const known = { applied: alive.length - missing.length, instances: alive.length };
        return [id, { ...known, complete, missing }];
      }),
    );
  }
}

/** Rejects with an AdminError where the store cannot be asked; of a change it says what came of it, if that is known. */
export async function available<Value>(asked: Promise<Value>, what: 'look' | 'change' = 'look'): Promise<Value> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AdminError) throw error;
    const silence = `shared store does not answer. ${messageOf(error)}`;
    const outcome = error instanceof UncertainError ? 'It may have been changed, or not' : 'Nothing was changed';
    const detail = what === 'look' ? `The ${silence}` : `${outcome}: the ${silence}`;
    throw new AdminError('store-unavailable', detail, { retryAfter: 5 });
  }
}
