import type { PolicyPatch } from '../engine/policy-patch';

/** Who did something. */
export interface Operator {
  readonly id: string;
  readonly name: string;
}

interface DocumentBase {
  readonly id: string;
  /** Grows by one with each change of this document. */
  readonly version: number;
  readonly reason: string;
  readonly createdBy: Operator;
  readonly createdAtMs: number;
  readonly changedBy: Operator;
  readonly changedAtMs: number;
  /** Unix milliseconds; `null`: never. */
  readonly expiresAtMs: number | null;
  /** It was taken back. It stays for a while, so that no instance that missed it brings it to life again. */
  readonly removed: boolean;
}

export type OverrideTarget =
  | { readonly kind: 'policy' }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'pattern'; readonly pattern: string };

export interface OverrideStep {
  readonly version: number;
  readonly patch: PolicyPatch;
  readonly expiresAtMs: number | null;
  readonly reason: string;
  readonly actor: Operator;
  readonly atMs: number;
  readonly change: 'created' | 'changed' | 'rolled-back' | 'removed';
  readonly rolledBackTo: number | null;
}

/** What code says of a policy, in words that can be compared. */
export type CodeWords = Readonly<Record<'algorithm' | 'limit' | 'per' | 'burst' | 'mode', string | null>>;

/** A change of a policy. */
export interface OverrideDocument extends DocumentBase {
  readonly kind: 'override';
  readonly policy: string;
  readonly target: OverrideTarget;
  readonly patch: PolicyPatch;
  readonly basedOn: CodeWords;
  /** Newest last. */
  readonly steps: readonly OverrideStep[];
}

export type EntryTarget =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'cidr'; readonly cidr: string };

/** Somebody who is refused, or let pass, whatever policies say. */
export interface EntryDocument extends DocumentBase {
  readonly kind: 'entry';
  readonly list: 'ban' | 'allow';
  readonly target: EntryTarget;
  readonly origin: 'operator' | 'escalation';
  readonly policy: string | null;
  /** Of an escalation: how often in a row, and how long the last ban was. */
  readonly offences: number;
  readonly lengthMs: number;
}

/** Whether traffic is recorded, on all instances. */
export interface RecordingDocument extends DocumentBase {
  readonly kind: 'recording';
  readonly enabled: boolean;
  readonly oneIn: number;
  readonly retentionMs: number;
}

export type ControlDocument = OverrideDocument | EntryDocument | RecordingDocument;

/** Whether it has an effect now. */
export function isInForce({ removed, expiresAtMs }: ControlDocument, nowMs: number): boolean {
  return !removed && (expiresAtMs === null || expiresAtMs > nowMs);
}

/** Whether who knows this version knows that it was taken back. Who knows an earlier one has a conflict instead. */
export function isGone({ removed, version }: ControlDocument, known: number): boolean {
  return removed && version === known;
}

const KEPT_MS: Readonly<Record<ControlDocument['kind'], number>> = {
  override: 30 * 86_400_000,
  entry: 2 * 86_400_000,
  recording: Infinity,
};

/** Clocks of instances differ. */
const LEAST_KEPT_MS = 3_600_000;

/** Whether it ended so long ago that it can be forgotten. All instances forget by the same rule. */
export function isForgettable(document: ControlDocument, nowMs: number): boolean {
  const endedMs = document.removed ? document.changedAtMs : (document.expiresAtMs ?? Infinity);
  return nowMs - endedMs > keptMs(document);
}

/** A ban made of denials that ended by itself makes the next one longer until as much good behaviour has gone by. */
function keptMs(document: ControlDocument): number {
  const keptMs = KEPT_MS[document.kind];
  if (document.kind !== 'entry' || document.origin !== 'escalation' || document.removed) return keptMs;
  return Math.min(keptMs, LEAST_KEPT_MS + document.offences * document.lengthMs);
}

/** Who looks less often, or whose clock is behind, knows for a while what another instance has forgotten. */
const FORGOTTEN_ELSEWHERE_MS = 600_000;

/** Whether the store's document takes the place of the known one: unless it is older, or that was forgotten meanwhile. */
export function supersedes(document: ControlDocument, known: ControlDocument | undefined, nowMs: number): boolean {
  if (known === undefined || document.version >= known.version) return true;
  return isForgettable(known, nowMs + FORGOTTEN_ELSEWHERE_MS);
}
