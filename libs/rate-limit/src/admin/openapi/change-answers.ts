import { z } from 'zod';
import type * as api from '../api';
import { actor, applied, fieldChange, key, list, mode, number, text, whenMs, whole } from './shared-answers';

const patch = z.strictObject({
  limit: number.exactOptional(),
  per: z.union([text, number]).exactOptional(),
  burst: number.exactOptional(),
  mode: mode.exactOptional(),
}) satisfies z.ZodType<api.OverridePatch>;

export const override = z.strictObject({
  id: text,
  version: whole.describe('Grows with each change; to be sent as If-Match.'),
  policy: text,
  scope: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('policy') }),
    z.strictObject({ kind: z.literal('key'), key }),
    z.strictObject({ kind: z.literal('pattern'), pattern: text }),
  ]),
  patch,
  state: z.enum(['active', 'shadow', 'expired', 'removed']),
  reason: text,
  createdBy: actor,
  createdAtMs: whenMs,
  changedBy: actor,
  changedAtMs: whenMs,
  expiresAtMs: whenMs.nullable(),
  codeChanged: list(fieldChange),
  applied,
  unheardIn: list(text),
  problem: text.nullable(),
}) satisfies z.ZodType<api.Override>;

export const overrideDetail = override.extend({
  revisions: list(
    z.strictObject({
      version: whole,
      patch,
      expiresAtMs: whenMs.nullable(),
      reason: text,
      actor,
      atMs: whenMs,
      change: z.enum(['created', 'changed', 'rolled-back', 'removed']),
      rolledBackTo: whole.nullable(),
    }),
  ),
}) satisfies z.ZodType<api.OverrideDetail>;

export const overrideList = z.strictObject({
  overrides: list(override),
  controlVersion: whole,
}) satisfies z.ZodType<api.OverrideList>;

export const entry = z.strictObject({
  id: text,
  version: whole.describe('Grows with each change; to be sent as If-Match.'),
  list: z.enum(['ban', 'allow']),
  match: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('key'), key }),
    z.strictObject({ kind: z.literal('address'), key }),
    z.strictObject({ kind: z.literal('cidr'), cidr: text }),
  ]),
  reason: text,
  origin: z.enum(['operator', 'escalation']),
  policy: text.nullable(),
  createdBy: actor,
  createdAtMs: whenMs,
  changedAtMs: whenMs,
  expiresAtMs: whenMs.nullable(),
  state: z.enum(['active', 'expired', 'removed']),
  hits: whole,
  applied,
}) satisfies z.ZodType<api.ListEntry>;

export const entryList = z.strictObject({
  entries: list(entry),
  controlVersion: whole,
}) satisfies z.ZodType<api.EntryList>;

export const entryPreview = z.strictObject({
  normalized: text,
  matches: list(key),
  overlaps: list(z.strictObject({ entry, wins: z.boolean() })),
}) satisfies z.ZodType<api.EntryPreview>;

export const recording = z.strictObject({
  enabled: z.boolean(),
  oneIn: whole,
  retentionMs: whole,
  untilMs: whenMs.nullable(),
  fromMs: whenMs.nullable(),
  toMs: whenMs.nullable(),
  events: whole,
  maxEvents: whole,
  dropped: whole,
}) satisfies z.ZodType<api.RecordingStatus>;

const side = z.strictObject({ allowed: whole, denied: whole, blockedKeys: whole });
const simulatedKey = z.strictObject({ key, events: whole, deniedBefore: whole, deniedAfter: whole });

export const simulation = z.strictObject({
  policy: text,
  oneIn: whole,
  fromMs: whenMs,
  toMs: whenMs,
  events: whole,
  keys: whole,
  before: side,
  after: side,
  series: list(z.strictObject({ atMs: whenMs, before: whole, after: whole })),
  newlyBlocked: list(simulatedKey),
  released: list(simulatedKey),
  truncated: z.boolean(),
}) satisfies z.ZodType<api.SimulationResult>;
