import { createHash } from 'node:crypto';
import { decideBody } from './scripts.generated';

/** A script as Redis knows it: by the SHA-1 of its text. */
export interface RedisScript {
  readonly name: string;
  readonly body: string;
  readonly sha: string;
}

function scriptOf(name: string, body: string): RedisScript {
  return { name, body, sha: createHash('sha1').update(body).digest('hex') };
}

/** Decides up to 128 asks; lua/decide.lua says how. */
export const decideScript = scriptOf('decide', decideBody);
