import { z } from 'zod';
import type * as api from '../api';

/** Words that answers are made of. Types hold them to `api`, and tests what is really answered to them. */
export const text = z.string();
export const number = z.number();
export const whole = z.number().int();
export const flag = z.boolean();
export const list = <Item extends z.ZodType>(item: Item): z.ZodArray<Item> => z.array(item);
export const whenMs = whole.describe('Unix milliseconds.');

export const mode = z.enum(['enforce', 'shadow', 'off']) satisfies z.ZodType<api.PolicyMode>;
export const algorithm = z.enum([
  'sliding-window',
  'token-bucket',
  'fixed-window',
]) satisfies z.ZodType<api.AlgorithmId>;
export const role = z.enum(['read', 'operate', 'configure']) satisfies z.ZodType<api.AdminRole>;

export const actor = z.strictObject({ id: text, name: text }) satisfies z.ZodType<api.Actor>;

export const key = z.strictObject({
  text: text.describe('What to show. It is text of clients: never to be taken as HTML, a formula or a path.'),
  ref: text.nullable().describe('To be passed to requests about this key.'),
}) satisfies z.ZodType<api.KeyView>;

export const fieldChange = z.strictObject({
  field: text,
  before: text.nullable(),
  after: text.nullable(),
}) satisfies z.ZodType<api.FieldChange>;

export const applied = z.strictObject({
  applied: whole,
  instances: whole,
  complete: z.boolean(),
  missing: list(z.strictObject({ id: text, problem: text.nullable() })),
}) satisfies z.ZodType<api.Applied>;

export const auditEntry = z.strictObject({
  id: text,
  atMs: whenMs,
  actor,
  action: z.enum([
    'override.create',
    'override.change',
    'override.rollback',
    'override.remove',
    'override.expire',
    'entry.create',
    'entry.change',
    'entry.remove',
    'key.reset',
    'recording.change',
    'session.login',
    'session.refused',
    'control.restored',
  ]),
  outcome: z.enum(['done', 'refused']),
  target: text,
  policy: text.nullable(),
  overrideId: text.nullable(),
  entryId: text.nullable(),
  changes: list(fieldChange),
  reason: text,
  requestId: text.nullable(),
  instance: text,
}) satisfies z.ZodType<api.AuditEntry>;

export const auditPage = z.strictObject({
  entries: list(auditEntry),
  next: text.nullable(),
  retention: z.strictObject({ maxEntries: whole, maxAgeMs: whole }),
}) satisfies z.ZodType<api.AuditPage>;

export const problem = z.strictObject({
  type: text,
  title: text,
  status: whole,
  detail: text,
  code: z.enum([
    'invalid',
    'unauthenticated',
    'forbidden',
    'cross-site',
    'read-only',
    'not-found',
    'method-not-allowed',
    'conflict',
    'version-missing',
    'too-many',
    'unsupported-type',
    'store-unavailable',
    'busy',
    'internal',
  ]),
  fields: list(z.strictObject({ path: text, message: text })).exactOptional(),
  conflict: z
    .strictObject({
      version: whole,
      changedBy: actor.nullable(),
      changedAtMs: whenMs.nullable(),
      changes: list(fieldChange),
    })
    .exactOptional(),
  needs: role.exactOptional(),
  retryAfter: whole.exactOptional(),
}) satisfies z.ZodType<api.AdminProblem>;
