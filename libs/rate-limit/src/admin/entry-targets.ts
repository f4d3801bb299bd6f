import { createHash } from 'node:crypto';
import { AddressIndex, normalizeRange } from '../control/address-index';
import type { EntryTarget } from '../control/documents';
import { isRangeIdentity, withoutBrackets } from '../control/identity-text';
import { normalizeAddress } from '../http/normalize-address';
import { AdminError } from './admin-error';
import type * as api from './api';

/** What an operator typed, as it is kept; throws INVALID where it is no address or range, or finer than clients are told apart. */
export function addressTarget(match: Exclude<api.EntryMatch, { kind: 'key' }>, ipv6Prefix: number): EntryTarget {
  if (match.kind === 'cidr') return rangeTarget('match.cidr', match.cidr, ipv6Prefix);
  const address = normalizeRange(withoutBrackets(match.address));
  if (address === undefined || address.includes('/')) throw noAddress('match.address');
  return { kind: 'address', address: normalizeAddress(address, ipv6Prefix) };
}

/** A key, or the range that is meant by `ip:192.0.2.0/24`; throws INVALID where `ip:` is followed by neither. */
export function keyTarget(key: string, ipv6Prefix: number): EntryTarget {
  const path = 'match.key';
  if (isRangeIdentity(key)) return rangeTarget(path, key.slice(3), ipv6Prefix);
  if (key.startsWith('ip:') && normalizeRange(key.slice(3)) === undefined) throw noAddress(path, 'ip:');
  return { kind: 'key', key };
}

function rangeTarget(path: string, text: string, ipv6Prefix: number): EntryTarget {
  const cidr = normalizeRange(withoutBrackets(text));
  const [address = '', bits] = cidr?.split('/') ?? [];
  if (cidr === undefined || bits === undefined) throw noAddress(path);
  if (address.includes(':') && Number(bits) > ipv6Prefix) {
    const most = String(ipv6Prefix);
    throw AdminError.invalid(path, `IPv6 clients are known by their /${most}: write /${most} or fewer bits.`);
  }
  return { kind: 'cidr', cidr };
}

function noAddress(path: string, kind = ''): AdminError {
  const text = `Write an address such as ${kind}192.0.2.1, or a range such as ${kind}192.0.2.0/24.`;
  return AdminError.invalid(path, text);
}

/** One entry a list and target. */
export function entryId(list: string, target: EntryTarget): string {
  return `e-${createHash('sha256')
    .update(JSON.stringify([list, target]))
    .digest('base64url')
    .slice(0, 16)}`;
}

/** As an identity. */
export function targetText(target: EntryTarget): string {
  switch (target.kind) {
    case 'key':
      return target.key;
    case 'address':
      return `ip:${target.address}`;
    case 'cidr':
      return `ip:${target.cidr}`;
  }
}

/** Whether an identity is concerned. */
export function matcherOf(target: EntryTarget): (identity: string) => boolean {
  if (target.kind === 'key') return (identity) => identity === target.key;
  const range = target.kind === 'address' ? target.address : target.cidr;
  const index = new AddressIndex([{ range, entry: true }]);
  return (identity) => identity.startsWith('ip:') && index.find(identity.slice(3).split('/')[0] ?? '').length > 0;
}
