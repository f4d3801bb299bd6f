import { sipHash, type SipHashKey } from './siphash';

const LONGEST = 128;

/**
 * An identity as people can read it in a key: braces, spaces, `%`, `~` and whatever is not printable ASCII become `%`
 * and hexadecimal, and what is too long ends in `~` and its hash. Two identities never get the same name.
 */
export function readableName(identity: string, key: SipHashKey): string {
  const name = identity.replace(/[^!-~]|[{}%~]/gu, escaped);
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 12)}~${sipHash(key, identity)}`;
}

function escaped(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
