import { createHash } from 'node:crypto';
import { identityOf, MAX_KEY_LENGTH } from '../core/identity';
import { normalizeRange } from './address-index';

/**
 * The identity that an operator means by `kind:value`: addresses as they are counted, long values shortened the way the
 * limiter does. `undefined` where it has no kind.
 */
export function identityFromText(text: string, normalizeAddress: (address: string) => string): string | undefined {
  const colon = text.indexOf(':');
  const isAddressOrRange = normalizeRange(text) !== undefined;
  if (isAddressOrRange) return `ip:${normalizeAddress(text.trim())}`;
  if (colon <= 0 || colon === text.length - 1) return undefined;
  const [kind, value] = [text.slice(0, colon), text.slice(colon + 1)];
  if (kind === 'ip') return `ip:${normalizeAddress(value.trim())}`;
  if (isShortened(value)) return text;
  return identityOf(kind, value, (long) => createHash('sha256').update(long).digest('base64url'));
}

/** Whether it is written like an address, and is many. No client is counted by a range: nothing has this identity. */
export function isRangeIdentity(identity: string): boolean {
  return identity.startsWith('ip:') && identity.includes('/') && normalizeRange(identity.slice(3)) !== undefined;
}

/** Whether it is an address as logs and balancers write it, with the port of a connection. No client is counted by one. */
export function hasPort(text: string): boolean {
  const [, ipv6, ipv4] = /^(?:\[(.+)\]|([\d.]+)):\d+$/.exec(text.trim()) ?? [];
  return normalizeRange(ipv6 ?? ipv4 ?? '') !== undefined;
}

/** Already shortened by the limiter: 32 characters, an ellipsis and a digest of 43. */
function isShortened(value: string): boolean {
  return value.length <= MAX_KEY_LENGTH;
}
