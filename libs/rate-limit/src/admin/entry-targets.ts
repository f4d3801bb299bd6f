import { createHash } from 'node:crypto';
import { AddressIndex, normalizeRange } from '../control/address-index';
import type { EntryTarget } from '../control/documents';
import { normalizeAddress } from '../http/normalize-address';
import { AdminError } from './admin-error';
import type * as api from './api';

/** What an operator typed, as it is kept; throws INVALID where it is no address or range, or finer than clients are told apart. */
export function addressTarget(match: Exclude<api.EntryMatch, { kind: 'key' }>, ipv6Prefix: number): EntryTarget {
  const [path, text] = match.kind === 'address' ? ['match.address', match.address] : ['match.cidr', match.cidr];
  const range = normalizeRange(text);
  const [address = '', bits] = range?.split('/') ?? [];
  if (range === undefined || (bits !== undefined) !== (match.kind === 'cidr')) {
    throw AdminError.invalid(path, 'Write an address such as 192.0.2.1, or a range such as 192.0.2.0/24.');
  }
  if (bits === undefined) return { kind: 'address', address: normalizeAddress(address, ipv6Prefix) };
  if (address.includes(':') && Number(bits) > ipv6Prefix) {
    const most = String(ipv6Prefix);
    throw AdminError.invalid(path, `IPv6 clients are known by their /${most}: write /${most} or fewer bits.`);
  }
  return { kind: 'cidr', cidr: range };
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
