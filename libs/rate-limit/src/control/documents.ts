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

/** Whether it ended so long ago that it can be forgotten. All instances forget by the same rule. */
export function isForgettable(document: ControlDocument, nowMs: number): boolean {
  const endedMs = document.removed ? document.changedAtMs : (document.expiresAtMs ?? Infinity);
  return nowMs - endedMs > KEPT_MS[document.kind];
}
