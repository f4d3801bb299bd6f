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
import { type ControlRedis, runScript } from './control-redis';
import { RedisRecording } from './redis-recording';
import type { RecordingStore } from './recording';
import * as scripts from './redis-scripts';
import { randomUUID } from 'node:crypto';

/** What nobody refreshes any more. Every instance refreshes with each poll. */
const KEEP_MS = 90 * 86_400_000;
const KEEP_BLOCKED_MS = 86_400_000;
/** Longer than anybody looks back for something to tell. */
const KEEP_TOLD_MS = 2 * 86_400_000;
const GONE_AFTER_MS = 60_000;
const RESTORE_BATCH = 200;

/** What operators decided, in Redis, under `<prefix>:{control}:…`: one slot of a Cluster, capped or with an end. */
export class RedisControlStore implements ControlStore {
  readonly isShared = true;
  readonly recording: RecordingStore;
  private readonly base: string;

  constructor(
    private readonly client: ControlRedis,
    prefix: string,
  ) {
    this.base = `${prefix}:{control}`;
    this.recording = new RedisRecording(client, this.base);
  }

  async poll(epoch: string, state: number, heartbeat: Heartbeat): Promise<News> {
    const keys = this.keys('meta', 'documents', 'changes', 'instances');
    const args = [randomUUID(), epoch, state, heartbeat.id, JSON.stringify(heartbeat), KEEP_MS];
    const [found, counter, ...rest] = (await this.run(scripts.POLL, keys, args)) as [string, number, ...string[]];
    const changes: Changed[] = [];
    for (let i = 0; i + 1 < rest.length; i += 2) {
      const document = documentOf(rest[i + 1]);
      if (document !== undefined) changes.push({ document, state: Number(rest[i]) });
    }
    return { epoch: found, state: counter, changes };
  }

  async write(document: ControlDocument, expected: number, record: AuditRecord): Promise<WriteResult> {
    const keys = this.keys('meta', 'documents', 'changes', 'audit');
    const { maxEntries, maxAgeMs } = AUDIT_RETENTION;
    const args = [document.id, expected, textOf(document), mostBeside(document), JSON.stringify(record)];
    const reply = await this.run(scripts.WRITE, keys, [...args, maxEntries, record.atMs - maxAgeMs, KEEP_MS]);
    const [outcome, current] = reply as ['written' | 'conflict' | 'full', string?];
    return outcome === 'conflict' ? { outcome, current: documentOf(current) } : { outcome };
  }

  async restore(documents: readonly ControlDocument[]): Promise<number> {
    const keys = this.keys('meta', 'documents', 'changes', 'audit');
    let written = 0;
    for (let i = 0; i < documents.length; i += RESTORE_BATCH) {
      const batch = documents.slice(i, i + RESTORE_BATCH);
      const args = batch.flatMap((document) => [document.id, document.version, textOf(document)]);
      written += (await this.run(scripts.RESTORE, keys, [KEEP_MS, ...args])) as number;
    }
    return written;
  }

  async forget(ids: readonly string[]): Promise<void> {
    await this.run(scripts.FORGET, this.keys('documents', 'changes'), ids);
  }

  async heartbeats(): Promise<readonly Heartbeat[]> {
    const all = ((await this.run(scripts.INSTANCES, this.keys('instances'), [])) as string[]).flatMap(heartbeatOf);
    const gone = all.filter(({ seenAtMs }) => Date.now() - seenAtMs > GONE_AFTER_MS);
    if (gone.length > 0) {
      await this.run(
        scripts.INSTANCES,
        this.keys('instances'),
        gone.map(({ id }) => id),
      );
    }
    return all.filter((heartbeat) => !gone.includes(heartbeat));
  }

  async leave(id: string): Promise<void> {
    await this.run(scripts.INSTANCES, this.keys('instances'), [id]);
  }

  async note(record: AuditRecord): Promise<void> {
    const { maxEntries, maxAgeMs } = AUDIT_RETENTION;
    const args = [JSON.stringify(record), maxEntries, record.atMs - maxAgeMs, KEEP_MS];
    await this.run(scripts.NOTE, this.keys('audit'), args);
  }

  async noteOnce(subject: string, record: AuditRecord): Promise<void> {
    const { maxEntries, maxAgeMs } = AUDIT_RETENTION;
    const args = [
      JSON.stringify(record),
      maxEntries,
      record.atMs - maxAgeMs,
      KEEP_MS,
      subject,
      Date.now(),
      KEEP_TOLD_MS,
    ];
    await this.run(scripts.NOTE_ONCE, this.keys('audit', 'told'), args);
  }

  async records(before: string | undefined, count: number): Promise<readonly AuditRecord[]> {
    const start = before === undefined ? '+' : `(${before}`;
    const reply = (await this.run(scripts.RECORDS, this.keys('audit'), [start, count])) as [string, string[]][];
    return reply.map(([id, fields]) => ({ ...(JSON.parse(fields[1] as string) as AuditRecord), id }));
  }

  async noteBlocked(records: readonly BlockedRecord[], nowMs: number): Promise<void> {
    const items = records.flatMap(({ policy, identity, sinceMs, untilMs, denied, banId }) => [
      boardKey({ policy, identity }),
      untilMs,
      sinceMs,
      banId ?? '',
      denied,
    ]);
    await this.run(scripts.NOTE_BLOCKED, this.keys('until', 'blocked'), [
      nowMs,
      MOST_BLOCKED,
      KEEP_BLOCKED_MS,
      ...items,
    ]);
  }

  async unblock(keys: readonly Released[]): Promise<void> {
    await this.run(scripts.UNBLOCK, this.keys('until', 'blocked'), keys.map(boardKey));
  }

  async blocked(
    nowMs: number,
    most: number,
  ): Promise<{ readonly records: readonly BlockedRecord[]; readonly count: number }> {
    const reply = await this.run(scripts.BLOCKED, this.keys('until', 'blocked'), [nowMs, most]);
    const [count, ...rest] = reply as [number, ...string[]];
    const records: BlockedRecord[] = [];
    for (let i = 0; i + 4 < rest.length; i += 5) {
      const [key = '', until, since, banId = '', denied] = rest.slice(i, i + 5);
      const end = key.indexOf('\n');
      const [policy, identity] = [key.slice(0, end), key.slice(end + 1)];
      const times = { sinceMs: Number(since), untilMs: Number(until), denied: Number(denied) };
      records.push({ policy, identity, ...times, banId: banId === '' ? undefined : banId });
    }
    return { records, count };
  }

  async countBlocked(nowMs: number): Promise<ReadonlyMap<string, number>> {
    const reply = (await this.run(scripts.COUNT_BLOCKED, this.keys('until'), [nowMs])) as (string | number)[];
    const counts = new Map<string, number>();
    for (let i = 0; i + 1 < reply.length; i += 2) counts.set(String(reply[i]), Number(reply[i + 1]));
    return counts;
  }

  private keys(...names: string[]): string[] {
    return names.map((name) => `${this.base}:${name}`);
  }

  private run(
    script: scripts.ControlScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    return runScript(this.client, script, keys, args);
  }
}

/** The version in front, so that scripts can compare it. */
function textOf(document: ControlDocument): string {
  return `${String(document.version)} ${JSON.stringify(document)}`;
}

function documentOf(text: string | undefined): ControlDocument | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text.slice(text.indexOf(' ') + 1)) as ControlDocument;
  } catch {
    return undefined;
  }
}

function heartbeatOf(text: string): readonly Heartbeat[] {
  try {
    return [JSON.parse(text) as Heartbeat];
  } catch {
    return [];
  }
}
