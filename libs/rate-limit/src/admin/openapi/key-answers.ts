import { z } from 'zod';
import type * as api from '../api';
import { entry, override } from './change-answers';
import { algorithm, flag, key, list, mode, number, text, whenMs, whole } from './shared-answers';

const use = {
  used: number.nullable(),
  remaining: number.nullable(),
  state: z.enum(['blocked', 'ok', 'unused', 'unknown']),
  unblocksAtMs: whenMs.nullable(),
  resetsAtMs: whenMs.nullable(),
  source: text,
};

const keyInPolicy = z.strictObject({
  policy: text,
  scope: text,
  algorithm,
  mode,
  limitFrom: z.enum(['policy', 'override', 'last-seen', 'unknown']),
  limit: number.nullable(),
  overrideId: text.nullable(),
  ...use,
  trial: z.strictObject({ limit: number, overrideId: text.nullable(), ...use }).nullable(),
}) satisfies z.ZodType<api.KeyInPolicy>;

const recentDecision = z.strictObject({
  atMs: whenMs,
  policy: text,
  outcome: z.enum(['allowed', 'denied', 'impossible', 'shadow-denied', 'banned']),
  cost: number,
  remaining: number,
  limit: number,
  retryAfterMs: number.nullable(),
}) satisfies z.ZodType<api.RecentDecision>;

export const inspection = z.strictObject({
  key,
  atMs: whenMs,
  policies: list(keyInPolicy),
  entries: list(entry),
  decidedBy: z.strictObject({ list: z.enum(['ban', 'allow']), entryId: text }).nullable(),
  overrides: list(override),
  recent: list(recentDecision),
  recentSampledOneIn: whole,
  isSampled: flag,
}) satisfies z.ZodType<api.KeyInspection>;

export const keyList = z.strictObject({
  keys: list(
    z.strictObject({
      key,
      policies: list(text),
      known: list(z.enum(['blocked', 'listed', 'overridden'])),
    }),
  ),
  complete: z.literal(false),
}) satisfies z.ZodType<api.KeyList>;

export const resetResult = z.strictObject({
  results: list(z.strictObject({ key, policies: list(text), problem: text.nullable() })),
}) satisfies z.ZodType<api.ResetResult>;

export const blockedList = z.strictObject({
  atMs: whenMs,
  blocked: list(
    z.strictObject({
      key,
      policy: text,
      sinceMs: whenMs,
      untilMs: whenMs,
      denied: whole,
      entryId: text.nullable(),
    }),
  ),
  count: whole,
  atLeast: flag,
}) satisfies z.ZodType<api.BlockedList>;
