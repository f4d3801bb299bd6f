import { createHash } from 'node:crypto';
import { AddressIndex } from '../control/address-index';
import type { EntryTarget } from '../control/documents';

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
