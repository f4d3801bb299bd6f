import { z } from 'zod';

const MOST_EXPIRY_MS = 3_650 * 86_400_000;
const reason = z.string().trim().min(3, 'Say why, in 3 characters or more.').max(500, 'At most 500 characters.');
const name = z.string().min(1).max(200);
const key = z.string().min(1, 'Write a key.').max(4_000, 'At most 4,000 characters.');
// A number that does not fit is told of by the number itself, not by the union.
const EXPIRY = 'Write milliseconds from now, 1,000 or more, or "never".';
const expiryMs = z.number().int({ error: EXPIRY, abort: true }).min(1_000, EXPIRY).max(MOST_EXPIRY_MS, EXPIRY);
const expiry = z.union([z.literal('never'), expiryMs], { error: EXPIRY });
const confirm = name.optional().describe('The name of the policy: for a change of more than tenfold.');
const mode = z.enum(['enforce', 'shadow', 'off']);
const PER = 'Write milliseconds above 0, or text such as "10s", "15m", "1h", "7d".';
const units = (least: 0 | 1): z.ZodNumber => {
  const error = `Write a whole number from ${String(least)} to 1,000,000,000.`;
  return z.number({ error }).int({ error, abort: true }).min(least, error).max(1_000_000_000, error);
};
const patchFields = z.strictObject({
  limit: units(0).optional(),
  per: z.union([z.string().min(1, PER).max(50, PER), z.number().positive(PER)], { error: PER }).optional(),
  burst: units(1).optional(),
  mode: mode.optional(),
});
const saysSomething = (value: object): boolean => Object.values(value).some((part) => part !== undefined);
const patch = patchFields.refine(saysSomething, 'Change at least one thing.');
const algorithm = z.enum(['sliding-window', 'token-bucket', 'fixed-window']);
const pattern = z
  .string()
  .max(200)
  .refine((text) => text.includes('*') && text.split('*').length <= 5, 'Write a text with 1 to 4 "*".')
  .refine((text) => !/^\*+$/.test(text), 'This would be everybody: change the policy itself.');
const scope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('policy') }),
  z.strictObject({ kind: z.literal('key'), key }),
  z.strictObject({ kind: z.literal('pattern'), pattern }),
]);
const match = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('key'), key }),
  z.strictObject({ kind: z.literal('address'), address: z.string().min(2).max(100) }),
  z.strictObject({ kind: z.literal('cidr'), cidr: z.string().min(3).max(100) }),
]);
const list = z.enum(['ban', 'allow']);
const wholeText = z.coerce.number().int();

const audit = z.object({
  action: z.string().max(50).optional(),
  actor: name.optional(),
  policy: name.optional(),
  outcome: z.enum(['done', 'refused']).optional(),
  before: z
    .string()
    .regex(/^[1-9]\d{0,14}-\d{1,15}$/, 'Write the id of an entry, such as 1700000000000-0.')
    .optional(),
  limit: wholeText.min(1).max(500).optional(),
});

/** What each request may carry. Messages are for the operator, beside the field. */
export const schemas = {
  nothing: z.object({}),
  login: z.strictObject({ token: z.string().min(1).max(1_000) }),
  reason: z.strictObject({ reason }),
  traffic: z.object({
    policy: name.optional(),
    resolution: z.enum(['second', 'minute', 'hour']).optional(),
    fromMs: wholeText.optional(),
    toMs: wholeText.optional(),
  }),
  inspect: z.object({ key }),
  search: z.object({ search: z.string().max(4_000).optional() }),
  blocked: z.object({ policy: name.optional(), search: z.string().max(4_000).optional() }),
  reset: z.strictObject({ keys: z.array(key).min(1).max(100), policy: name.optional(), reason }),
  /** Of a reset that is refused, as much as can be read. */
  resetAttempt: z.object({
    keys: z.array(key.optional().catch(undefined)).catch([]),
    policy: name.optional().catch(undefined),
  }),
  entries: z.object({ list: list.optional(), search: z.string().max(4_000).optional() }),
  entryCreate: z.strictObject({ list, match, reason, expiresInMs: expiry.optional() }),
  entryUpdate: z.strictObject({ reason, expiresInMs: expiry }),
  entryPreview: z.strictObject({ list, match }),
  /** Of an entry that is refused, whatever else is wrong with it. */
  entryAttempt: z.object({ list, match }),
  overrides: z.object({
    policy: name.optional(),
    state: z.enum(['active', 'shadow', 'expired', 'removed', 'any']).optional(),
  }),
  overrideCreate: z.strictObject({ policy: name, scope, patch, reason, expiresInMs: expiry.optional(), confirm }),
  /** Of an override that is refused, as much as can be read. */
  overrideAttempt: z.object({ policy: name, scope: scope.optional().catch(undefined) }),
  overrideUpdate: z.strictObject({ patch, reason, expiresInMs: expiry.optional(), confirm }),
  rollback: z.strictObject({ toVersion: z.number().int().min(1), reason, expiresInMs: expiry.optional(), confirm }),
  recording: z.strictObject({
    enabled: z.boolean(),
    oneIn: z
      .number()
      .int()
      .min(1)
      .max(1_024)
      .refine((value) => (value & (value - 1)) === 0, 'Write a power of two, such as 16.')
      .optional(),
    retentionMs: z.number().int().min(60_000, 'A minute or more.').max(86_400_000, 'At most 24 hours.').optional(),
    expiresInMs: expiry.optional(),
    forget: z.boolean().optional(),
    reason,
  }),
  simulation: z.strictObject({
    policy: name,
    patch: patchFields.extend({ algorithm: algorithm.optional() }).refine(saysSomething, 'Change at least one thing.'),
    fromMs: z.number().int().optional(),
    toMs: z.number().int().optional(),
  }),
  audit,
  auditExport: audit.extend({ format: z.enum(['csv', 'json']).optional() }),
} as const;
