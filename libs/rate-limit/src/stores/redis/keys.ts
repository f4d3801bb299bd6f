import { createHash } from 'node:crypto';
import { show } from '../../core/errors';
import { Problems } from '../../core/problems';
import { fieldOf } from './field-id';
import { readableName } from './readable-name';
import { sipHash, type SipHashKey } from './siphash';

export interface RedisKeysOptions {
  /** What all keys of a service begin with. */
  readonly prefix: string;
  /** Keeps others from choosing identities that share a bucket. All instances need the same; default: a published one. */
  readonly secret: string | undefined;
  /** Whether keys show the identities. */
  readonly readableKeys: boolean;
}

const DEFAULT_SECRET = 'nest-floodgate';
const LONGEST_PREFIX = 64;

/**
 * Names what the store keeps: one hash for each identity, `prefix:{name}`, with a field for each bucket. The braces make
 * Redis Cluster place a key by its name alone; nothing a client sends can change that.
 */
export class RedisKeys {
  private readonly start: string;
  private readonly key: SipHashKey;
  private readonly readable: boolean;

  /** Throws a `ConfigurationError` for a prefix that cannot be one. */
  constructor({ prefix, secret, readableKeys }: RedisKeysOptions) {
    checkPrefix(prefix);
    this.start = `${prefix}:{`;
    this.key = keyFrom(secret ?? DEFAULT_SECRET);
    this.readable = readableKeys;
  }

  keyOf(identity: string): string {
    const name = this.readable ? readableName(identity, this.key) : sipHash(this.key, identity);
    return `${this.start}${name}}`;
  }

  fieldOf(bucketId: string): string {
    return fieldOf(bucketId);
  }
}

function keyFrom(secret: string): SipHashKey {
  const digest = createHash('sha256').update(secret).digest();
  return [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8), digest.readInt32LE(12)];
}

function checkPrefix(prefix: string): void {
  const problems = new Problems();
  if (prefix.length === 0 || prefix.length > LONGEST_PREFIX || /[{}\s\p{Cc}]/u.test(prefix)) {
    const remedy = `Write 1 to ${LONGEST_PREFIX} characters without braces, spaces and control characters, such as "rl".`;
    problems.add('store.prefix', `is ${show(prefix)}.`, remedy);
  }
  problems.throwIfAny();
}
