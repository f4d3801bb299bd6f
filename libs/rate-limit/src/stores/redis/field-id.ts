import { createHash } from 'node:crypto';

const LENGTH = 6;
/** More than any application has policies; a bound, should ids be made up as it runs. */
const MOST_REMEMBERED = 10_000;

const remembered = new Map<string, string>();

/** The field of a bucket in the hash of an identity: short, and the same on every instance and deploy. */
export function fieldOf(bucketId: string): string {
  const known = remembered.get(bucketId);
  if (known !== undefined) return known;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const field = createHash('sha256').update(bucketId).digest('base64url').slice(0, LENGTH);
  remembered.set(bucketId, field);
  return field;
}
