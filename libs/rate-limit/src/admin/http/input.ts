import type { z } from 'zod';
import { AdminError } from '../admin-error';
import { ownWords } from './own-words';

/** Checked input; throws INVALID with a message for each field. */
export function parseInput(schema: z.ZodType, given: unknown): unknown {
  const parsed = schema.safeParse(given ?? {}, { error: ownWords });
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  const text = fields.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join(' ');
  throw new AdminError('invalid', text, { fields });
}

/** The version that a change is based on. `If-Match: "3"` and `If-Match: 3` are the same. */
export function versionOf(header: string | undefined): number {
  const version = /^\s*(?:W\/)?"?(\d{1,9})"?\s*$/.exec(header ?? '')?.[1];
  if (version !== undefined) return Number(version);
  throw new AdminError('version-missing', 'Send If-Match with the version that the change is based on.');
}
