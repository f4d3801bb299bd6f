import { messageOf } from '../engine/log';
import { type AuditRecord, systemRecord } from './audit-record';
import type { ControlPlaneOptions } from './control-plane-options';
import type { Changed, ControlStore, Heartbeat, WriteResult } from './control-store';
import {
  type ControlDocument,
  type EntryDocument,
  isForgettable,
  type OverrideDocument,
  type RecordingDocument,
  supersedes,
} from './documents';
import { InForce } from './in-force';
import { RECORDING_ID } from './recording';
import { SideTasks } from './side-tasks';

/** Below a second, so that a change is everywhere within one. */
export const POLL_MS = 700;
const TIDY_EVERY_POLLS = 80;
/** Who was silent so long is not counted as an instance. */
const ALIVE_MS = 4_000;

/** Takes over what operators decide, wherever they did, and tells the others how far this instance has got. */
export class ControlPlane {
  readonly store: ControlStore;
  readonly inForce: InForce;
  /** Done before each poll, such as telling the others of denials. */
  readonly beforePolls = new SideTasks();
  /** Done when everything that is known is in force. */
  readonly afterPolls = new SideTasks();
  private readonly changed = new Map<string, Changed>();
  private readonly unixMs: () => number;
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private epoch = '';
  /** The store was away: what comes back may be a copy of it that has missed something, whatever its state says. */
  private isDoubtful = false;
  private polls = 0;
  /** Of everything that operators decided, as far as it is enforced here. */
  state = 0;
  lastReadAtMs: number | undefined;
  /** Why the last poll failed. */
  problem: string | undefined;
  problemSinceMs: number | undefined;
  restored = 0;

  constructor(private readonly options: ControlPlaneOptions) {
    this.store = options.store;
    this.unixMs = options.unixMs ?? Date.now;
    this.inForce = new InForce(options.registry, this.unixMs);
  }

  /** Reads what there is, then keeps up. Never rejects: what cannot be read now is read later. */
  async start(): Promise<void> {
    // Before the first poll, so that a stop meanwhile ends it.
    this.timer = setInterval(() => {
      if (this.polling === undefined) void this.poll();
    }, POLL_MS);
    this.timer.unref();
    await this.poll();
  }

  /** What is in force stays so: requests that are still under way are decided by it. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.polling;
    await this.store.leave(this.options.identity.id).catch(() => undefined);
  }

  /** Joins a poll that is under way, and asks again: what was written meanwhile is not in its answer. */
  async poll(): Promise<void> {
    await this.polling;
    this.polling = this.once().finally(() => (this.polling = undefined));
    await this.polling;
  }

  /** To be called where another server may have taken the place of the store. */
  doubt(): void {
    this.isDoubtful = true;
  }

  documents(): readonly ControlDocument[] {
    return [...this.changed.values()].map(({ document }) => document);
  }

  overrides(): readonly OverrideDocument[] {
    return this.documents().filter((document) => document.kind === 'override');
  }

  entries(): readonly EntryDocument[] {
    return this.documents().filter((document) => document.kind === 'entry');
  }

  /** What is to be recorded; `undefined` where nobody ever asked for it. */
  recording(): RecordingDocument | undefined {
    const document = this.find(RECORDING_ID);
    return document?.kind === 'recording' ? document : undefined;
  }

  find(id: string): ControlDocument | undefined {
    return this.changed.get(id)?.document;
  }

  stateOf(id: string): number {
    return this.changed.get(id)?.state ?? 0;
  }

  /** Rejects where the store is not there: nothing is changed then. */
  async write(document: ControlDocument, expected: number, record: AuditRecord): Promise<WriteResult> {
    const result = await this.store.write(document, expected, record);
    if (result.outcome !== 'full') await this.poll();
    return result;
  }

  /** Instances that live, this one first. `complete` is false where nobody can say which others there are. */
  async instances(): Promise<{ readonly alive: readonly Heartbeat[]; readonly complete: boolean }> {
    const own = this.heartbeat();
    const nowMs = this.unixMs();
    const others = await this.store.heartbeats().catch(() => undefined);
    const alive = (others ?? []).filter(({ id, seenAtMs }) => id !== own.id && nowMs - seenAtMs <= ALIVE_MS);
    return { alive: [own, ...alive], complete: others !== undefined };
  }

  private heartbeat(): Heartbeat {
    const { id, host, pid, startedAtMs, version, node } = this.options.identity;
    const problems = Object.fromEntries(this.inForce.problems);
    const about = { id, host, pid, startedAtMs, version, node, seenAtMs: this.unixMs() };
    return { ...about, configHash: this.options.configHash(), applied: this.state, problems };
  }

  private async once(): Promise<void> {
    const before = await this.beforePolls.run();
    try {
      await this.takeOver();
      this.lastReadAtMs = this.unixMs();
      if (++this.polls % TIDY_EVERY_POLLS === 0) await this.tidy();
      this.inForce.apply(this.documents());
    } catch (error) {
      this.doubt();
      this.inForce.apply(this.documents());
      this.tell(messageOf(error));
      return;
    }
    this.problem = undefined;
    this.problemSinceMs = undefined;
    const failures = [...before, ...(await this.afterPolls.run())];
    if (failures.length > 0) this.tellAside(messageOf(failures[0]));
  }

  private tell(message: string): void {
    this.problem = message;
    this.problemSinceMs ??= this.unixMs();
    if (this.options.isStoreDown()) return;
    const told = `Overrides and lists cannot be read or written; those that are known stay in force: ${message}`;
    this.options.log.error('control', () => told);
  }

  private tellAside(message: string): void {
    const told = `Overrides and lists are read, but what this instance notices cannot be told to the others: ${message}`;
    this.options.log.error('control aside', () => told);
  }

  private async takeOver(): Promise<void> {
    let news = await this.store.poll(this.epoch, this.state, this.heartbeat());
    const isLost = this.isDoubtful || news.epoch !== this.epoch || news.state < this.state;
    if (isLost && this.epoch !== '') {
      this.isDoubtful = false;
      await this.writeBack();
      news = await this.store.poll('', 0, this.heartbeat());
    }
    this.epoch = news.epoch;
    for (const change of news.changes) {
      const { id } = change.document;
      if (supersedes(change.document, this.find(id), this.unixMs())) this.changed.set(id, change);
    }
    if (news.changes.length > 0) this.inForce.apply(this.documents());
    this.state = news.state;
  }

  /** The store has forgotten what is known here. */
  private async writeBack(): Promise<void> {
    const written = await this.store.restore(this.documents());
    if (written === 0) return;
    this.restored += written;
    const message = `The store had lost ${String(written)} overrides and list entries. They were written back.`;
    this.options.log.tell('warn', message);
    const target = `${String(written)} documents`;
    const record = systemRecord('control.restored', target, message, this.options.identity.id, this.unixMs());
    await this.store.note(record);
  }

  private async tidy(): Promise<void> {
    const old = this.documents().filter((document) => isForgettable(document, this.unixMs()));
    const ids = old.map(({ id }) => id);
    for (const id of ids) this.changed.delete(id);
    if (ids.length > 0) await this.store.forget(ids);
    await this.store.heartbeats();
  }
}
