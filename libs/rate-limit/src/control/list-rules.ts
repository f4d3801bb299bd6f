import type { ListVerdict } from '../engine/runtime-control';
import { AddressIndex } from './address-index';
import type { EntryDocument } from './documents';

/** The ban and allow lists, ready to be asked. Allow beats ban; of several bans the one that lasts longest wins. */
export class ListRules {
  private readonly keys = new Map<string, EntryDocument[]>();
  private readonly addresses: AddressIndex<EntryDocument>;

  constructor(
    entries: readonly EntryDocument[],
    private readonly hits: (entryId: string) => void = () => undefined,
    private readonly unixMs: () => number = Date.now,
  ) {
    for (const entry of entries) {
      if (entry.target.kind !== 'key') continue;
      this.keys.set(entry.target.key, [...(this.keys.get(entry.target.key) ?? []), entry]);
    }
    const ranges = entries.flatMap((entry) => {
      const { target } = entry;
      if (target.kind === 'key') return [];
      return [{ range: target.kind === 'address' ? target.address : target.cidr, entry }];
    });
    this.addresses = new AddressIndex(ranges);
  }

  judge(address: () => string | undefined, identities: readonly string[]): ListVerdict | undefined {
    const nowMs = this.unixMs();
    const entries = this.concerning(this.addresses.isEmpty ? undefined : address(), identities, nowMs);
    const [winner] = entries;
    if (winner === undefined) return undefined;
    this.hits(winner.id);
    if (winner.list === 'allow') return { list: 'allow' };
    const remainingMs = winner.expiresAtMs === null ? Infinity : winner.expiresAtMs - nowMs;
    const identity = winner.target.kind === 'key' ? winner.target.key : undefined;
    return { list: 'ban', entryId: winner.id, remainingMs, identity };
  }

  /** Entries that are in force for any of these, the one that wins first. */
  concerning(address: string | undefined, identities: readonly string[], nowMs: number): readonly EntryDocument[] {
    const found = new Set<EntryDocument>();
    for (const identity of identities) {
      for (const entry of this.keys.get(identity) ?? []) found.add(entry);
      if (!this.addresses.isEmpty && identity.startsWith('ip:')) this.addAddress(identity.slice(3), found);
    }
    if (address !== undefined) this.addAddress(address, found);
    if (found.size === 0) return [];
    const inForce = [...found].filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs);
    return inForce.sort(byStrength);
  }

  private addAddress(address: string, found: Set<EntryDocument>): void {
    for (const entry of this.addresses.find(address)) found.add(entry);
  }
}

function byStrength(a: EntryDocument, b: EntryDocument): number {
  if (a.list !== b.list) return a.list === 'allow' ? -1 : 1;
  return (b.expiresAtMs ?? Infinity) === (a.expiresAtMs ?? Infinity)
    ? a.id < b.id
      ? -1
      : 1
    : (b.expiresAtMs ?? Infinity) > (a.expiresAtMs ?? Infinity)
      ? 1
      : -1;
}
