import type { AuditRecord } from '../control/audit-record';
import { AUDIT_RETENTION } from '../control/control-store';
import { type AdminCore, available } from './admin-core';
import { AdminError } from './admin-error';
import type * as api from './api';

const DEFAULT_COUNT = 50;
const EACH_READ = 500;
const COLUMNS = ['time', 'actor', 'action', 'outcome', 'target', 'policy', 'changes', 'reason', 'request', 'instance'];

/** The trail of changes and refused attempts. Nothing in it can be changed. */
export class AuditAdmin {
  constructor(private readonly core: AdminCore) {}

  async list(query: api.AuditQuery = {}): Promise<api.AuditPage> {
    const limit = query.limit ?? DEFAULT_COUNT;
    const entries: api.AuditEntry[] = [];
    let before = query.before;
    for (;;) {
      const records = await available(this.core.plane.store.records(before, EACH_READ));
      for (const record of records) {
        if (!fits(record, query)) continue;
        if (entries.length === limit) return page(entries, entries.at(-1)?.id ?? null);
        entries.push(entryOf(record));
      }
      before = records.at(-1)?.id;
      if (before === undefined || records.length < EACH_READ) return page(entries, null);
    }
  }

  async get(id: string): Promise<api.AuditEntry> {
    const { entries } = await this.whole({});
    const found = entries.find((entry) => entry.id === id);
    if (found === undefined) throw new AdminError('not-found', 'There is no such record, or it is too old.');
    return found;
  }

  async latestId(): Promise<string | null> {
    const [latest] = await this.core.plane.store.records(undefined, 1).catch(() => []);
    return latest?.id ?? null;
  }

  /** As much as is asked for, or all there is. */
  async whole(query: api.AuditQuery): Promise<api.AuditPage> {
    return this.list({ ...query, limit: query.limit ?? AUDIT_RETENTION.maxEntries });
  }

  async csv(query: api.AuditQuery): Promise<string> {
    const { entries } = await this.whole(query);
    const rows = entries.map((entry) => [
      new Date(entry.atMs).toISOString(),
      entry.actor.name,
      entry.action,
      entry.outcome,
      entry.target,
      entry.policy ?? '',
      entry.changes.map(changeText).join('; '),
      entry.reason,
      entry.requestId ?? '',
      entry.instance,
    ]);
    return [COLUMNS, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
  }
}

/** In one line. A window that was written without a unit counts milliseconds, and says so as on the page. */
function changeText({ field, before, after }: api.FieldChange): string {
  const read = (value = '-'): string => (field === 'per' && !Number.isNaN(Number(value)) ? `${value} ms` : value);
  return `${field}: ${read(before ?? undefined)} > ${read(after ?? undefined)}`;
}

/** Spreadsheets take text for a formula by its first character: an apostrophe makes it text. */
export function csvCell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}

function fits({ action, actor, policy, outcome }: AuditRecord, query: api.AuditQuery): boolean {
  if (query.action !== undefined && query.action !== action) return false;
  if (query.actor !== undefined && !isPartOf(query.actor, actor.id) && !isPartOf(query.actor, actor.name)) return false;
  if (query.policy !== undefined && query.policy !== policy) return false;
  return query.outcome === undefined || query.outcome === outcome;
}

function isPartOf(part: string, text: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function page(entries: readonly api.AuditEntry[], next: string | null): api.AuditPage {
  return { entries, next, retention: AUDIT_RETENTION };
}

function entryOf({ documentId, ...record }: AuditRecord): api.AuditEntry {
  const isOverride = record.action.startsWith('override.');
  const isEntry = record.action.startsWith('entry.');
  return { ...record, overrideId: isOverride ? documentId : null, entryId: isEntry ? documentId : null };
}
