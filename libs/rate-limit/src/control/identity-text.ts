import { createHash } from 'node:crypto';
import { identityOf, MAX_KEY_LENGTH } from '../core/identity';
import { normalizeRange } from './address-index';

/**
 * The identity that an operator means by `kind:value`: addresses as they are counted, long values shortened the way the
 * limiter does. `undefined` where it has no kind.
 */
export function identityFromText(text: string, normalizeAddress: (address: string) => string): string | undefined {
  const colon = text.indexOf(':');
  const bare = withoutBrackets(text);
  if (normalizeRange(bare) !== undefined) return `ip:${normalizeAddress(bare)}`;
  if (colon <= 0 || colon === text.length - 1) return undefined;
  const [kind, value] = [text.slice(0, colon), text.slice(colon + 1)];
  if (kind === 'ip') return `ip:${normalizeAddress(withoutBrackets(value))}`;
  if (isShortened(value)) return text;
  return identityOf(kind, value, (long) => createHash('sha256').update(long).digest('base64url'));
}

/** Whether it is written like an address, and is many. No client is counted by a range: nothing has this identity. */
export function isRangeIdentity(identity: string): boolean {
  return identity.startsWith('ip:') && identity.includes('/') && normalizeRange(identity.slice(3)) !== undefined;
}

/** An IPv6 address, or a range of them, as links write it, without the brackets; anything else as it is, trimmed. */
export function withoutBrackets(text: string): string {
  const [, address = '', bits = ''] = /^\[([^\]]*:[^\]]*)\](\/\d+)?$/.exec(text.trim()) ?? [];
  return normalizeRange(address) === undefined ? text.trim() : address + bits;
}

/** Whether it is an address of the web, of which somebody meant a part. */
export const isUrl = (text: string): boolean => /^\s*(?:https?|wss?|ftp):\/\//i.test(text);

/** Whether it is an address as logs and balancers write it, with the port of a connection. No client is counted by one. */
export function hasPort(text: string): boolean {
  const [, ipv6, ipv4] = /^(?:\[(.+)\]|([\d.]+)):\d+$/.exec(text.trim()) ?? [];
  return normalizeRange(ipv6 ?? ipv4 ?? '') !== undefined;
}

/** Already shortened by the limiter: 32 characters, an ellipsis and a digest of 43. */
function isShortened(value: string): boolean {
  return value.length <= MAX_KEY_LENGTH;
}
