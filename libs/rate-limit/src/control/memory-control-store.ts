import type { AuditRecord } from './audit-record';
import {
  AUDIT_RETENTION,
  type BlockedRecord,
  boardKey,
  type Changed,
  type ControlStore,
  type Heartbeat,
  MOST_BLOCKED,
  mostBeside,
  type News,
  type Released,
  type WriteResult,
} from './control-store';
import type { ControlDocument } from './documents';
import { MemoryRecording } from './memory-recording';

const EPOCH = 'memory';

/** For an instance that is alone: what operators decide lasts as long as the process. */
export class MemoryControlStore implements ControlStore {
  readonly isShared = false;
  readonly recording = new MemoryRecording();
  private readonly documents = new Map<string, Changed>();
  private readonly trail: AuditRecord[] = [];
  private readonly board = new Map<string, BlockedRecord>();
  private readonly told = new Set<string>();
  private heartbeat: Heartbeat | undefined;
  private state = 0;
  private noted = 0;

  poll(epoch: string, state: number, heartbeat: Heartbeat): Promise<News> {
    this.heartbeat = heartbeat;
    const since = epoch === EPOCH ? state : 0;
    const changes = [...this.documents.values()].filter((changed) => changed.state > since);
    return Promise.resolve({ epoch: EPOCH, state: this.state, changes });
  }

  write(document: ControlDocument, expected: number, record: AuditRecord): Promise<WriteResult> {
    const current = this.documents.get(document.id)?.document;
    if ((current?.version ?? 0) !== expected) return Promise.resolve({ outcome: 'conflict', current });
    if (current === undefined && this.documents.size >= mostBeside(document))
      return Promise.resolve({ outcome: 'full' });
    this.documents.set(document.id, { document, state: ++this.state });
    return this.note(record).then(() => ({ outcome: 'written' }));
  }

  restore(): Promise<number> {
    return Promise.resolve(0);
  }

  forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.documents.delete(id);
      for (const subject of this.told) if (subject.startsWith(`${id}.`)) this.told.delete(subject);
    }
    return Promise.resolve();
  }

  heartbeats(): Promise<readonly Heartbeat[]> {
    return Promise.resolve(this.heartbeat === undefined ? [] : [this.heartbeat]);
  }

  leave(): Promise<void> {
    return Promise.resolve();
  }

  note(record: AuditRecord): Promise<void> {
    // As Redis does: what happens by itself may happen twice in one millisecond, and pages are read by id.
    this.trail.push({ ...record, id: `${String(Date.now())}-${String(++this.noted)}` });
    const oldestMs = record.atMs - AUDIT_RETENTION.maxAgeMs;
    while (this.trail.length > AUDIT_RETENTION.maxEntries || (this.trail[0]?.atMs ?? Infinity) < oldestMs) {
      this.trail.shift();
    }
    return Promise.resolve();
  }

  async noteOnce(subject: string, record: AuditRecord): Promise<void> {
    if (this.told.has(subject)) return;
    this.told.add(subject);
    await this.note(record);
  }

  records(before: string | undefined, count: number): Promise<readonly AuditRecord[]> {
    const end = before === undefined ? this.trail.length : this.trail.findIndex(({ id }) => id === before);
    return Promise.resolve(this.trail.slice(Math.max(0, end - count), Math.max(0, end)).reverse());
  }

  noteBlocked(records: readonly BlockedRecord[], nowMs: number): Promise<void> {
    for (const [key, { untilMs }] of this.board) if (untilMs <= nowMs) this.board.delete(key);
    for (const record of records) {
      const key = boardKey(record);
      const known = this.board.get(key);
      if (known === undefined && this.board.size >= MOST_BLOCKED) continue;
      this.board.set(key, {
        ...record,
        sinceMs: known?.sinceMs ?? record.sinceMs,
        untilMs: Math.max(known?.untilMs ?? 0, record.untilMs),
        denied: (known?.denied ?? 0) + record.denied,
      });
    }
    return Promise.resolve();
  }

  unblock(keys: readonly Released[]): Promise<void> {
    for (const key of keys) this.board.delete(boardKey(key));
    return Promise.resolve();
  }

  blocked(
    nowMs: number,
    most: number,
  ): Promise<{ readonly records: readonly BlockedRecord[]; readonly count: number }> {
    const records = [...this.board.values()].filter(({ untilMs }) => untilMs > nowMs);
    records.sort((a, b) => b.untilMs - a.untilMs);
    return Promise.resolve({ records: records.slice(0, most), count: records.length });
  }

  countBlocked(nowMs: number): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { policy, untilMs } of this.board.values()) {
      if (untilMs > nowMs) counts.set(policy, (counts.get(policy) ?? 0) + 1);
    }
    return Promise.resolve(counts);
  }
}
