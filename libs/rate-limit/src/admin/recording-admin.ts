import { differences } from '../control/audit-record';
import { type ControlDocument, isInForce, type RecordingDocument } from '../control/documents';
import { DEFAULT_ONE_IN, DEFAULT_RETENTION_MS, MOST_EVENTS, RECORDING_ID } from '../control/recording';
import { AdminError } from './admin-error';
import { type AdminCore, available } from './admin-core';
import type * as api from './api';
import type { Caller } from './caller';
import { timeText } from './override-views';

const DEFAULT_LENGTH_MS = 86_400_000;

/** Turns the recording of traffic on and off, for all instances. It is off unless somebody turned it on. */
export class RecordingAdmin {
  constructor(private readonly core: AdminCore) {}

  async status(): Promise<api.RecordingStatus> {
    const document = this.core.plane.recording();
    const facts = await available(this.core.plane.store.recording.facts());
    return {
      enabled: isOn(document),
      oneIn: document?.oneIn ?? DEFAULT_ONE_IN,
      retentionMs: document?.retentionMs ?? DEFAULT_RETENTION_MS,
      untilMs: isOn(document) ? (document?.expiresAtMs ?? null) : null,
      fromMs: facts.fromMs ?? null,
      toMs: facts.toMs ?? null,
      events: facts.events,
      maxEvents: MOST_EVENTS,
      dropped: facts.dropped,
    };
  }

  async update(input: api.RecordingUpdate, caller: Caller): Promise<api.RecordingStatus> {
    this.core.demand(caller, 'configure');
    await this.write(input, caller).catch(async (error: unknown) => {
      if (!(error instanceof AdminError && error.code === 'conflict')) throw error;
      // Nobody said on which version it is based: another instance wrote one that was not known here yet, and is now.
      await this.write(input, caller);
    });
    return this.status();
  }

  private async write(input: api.RecordingUpdate, caller: Caller): Promise<void> {
    const before = (await this.core.find(RECORDING_ID)) as RecordingDocument | undefined;
    const document = this.next(before, input, caller);
    const record = this.core.record(caller, {
      action: 'recording.change',
      target: 'recording',
      changes: differences(wordsOf(before), wordsOf(document)),
      reason: input.reason,
    });
    await this.core.write(document, before?.version ?? 0, record, conflictOf);
    const isOther = before !== undefined && before.oneIn !== document.oneIn;
    if (isOther || input.forget === true) await available(this.core.plane.store.recording.forget());
  }

  private next(before: RecordingDocument | undefined, input: api.RecordingUpdate, caller: Caller): RecordingDocument {
    const nowMs = Date.now();
    const expiry = this.core.expiryOf(input.expiresInMs ?? DEFAULT_LENGTH_MS, nowMs);
    return {
      kind: 'recording',
      id: RECORDING_ID,
      version: (before?.version ?? 0) + 1,
      enabled: input.enabled,
      oneIn: input.oneIn ?? before?.oneIn ?? DEFAULT_ONE_IN,
      retentionMs: input.retentionMs ?? before?.retentionMs ?? DEFAULT_RETENTION_MS,
      reason: input.reason,
      createdBy: before?.createdBy ?? caller.actor,
      createdAtMs: before?.createdAtMs ?? nowMs,
      changedBy: caller.actor,
      changedAtMs: nowMs,
      expiresAtMs: input.enabled ? expiry : null,
      removed: false,
    };
  }
}

function isOn(document: RecordingDocument | undefined): boolean {
  return document !== undefined && document.enabled && isInForce(document, Date.now());
}

function wordsOf(document: RecordingDocument | undefined): Readonly<Record<string, string | null>> {
  if (document === undefined || !isOn(document)) return { recording: 'off' };
  const { oneIn, retentionMs, expiresAtMs } = document;
  const kept = `${String(Math.round(retentionMs / 60_000))} min`;
  return { recording: 'on', 'one in': String(oneIn), kept, until: timeText(expiresAtMs) };
}

function conflictOf(current: ControlDocument | undefined): api.Conflict {
  const { version = 0, changedBy = null, changedAtMs = null } = current ?? {};
  const words = wordsOf(current?.kind === 'recording' ? current : undefined);
  return { version, changedBy, changedAtMs, changes: differences({}, words) };
}
