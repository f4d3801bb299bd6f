import { isIP } from 'node:net';
import { ownText } from '../core/own-text';
import { normalizeAddress, plainIpv4, withoutZone } from './normalize-address';

/** What there is to know of an address. */
export interface KnownAddress {
  /** The address that it is counted by. */
  readonly bucket: string;
  /** Whether it is a trusted proxy's. */
  readonly trusted: boolean;
}

/** What a connection without an address is counted by: one over a unix socket, or one that is closed already. */
export const UNKNOWN_ADDRESS = 'unknown';

const MAX_KEPT = 4_096;
/** The longest address is 45 characters, to which come brackets, a port and a zone. */
const MAX_LENGTH = 64;

/** Reads addresses, and remembers the latest ones. */
export class KnownAddresses {
  private readonly kept = new Map<string, KnownAddress>();
  private readonly unknown: KnownAddress;

  constructor(
    private readonly ipv6Prefix: number,
    private readonly isProxy: (address: string) => boolean,
  ) {
    this.unknown = { bucket: UNKNOWN_ADDRESS, trusted: isProxy(UNKNOWN_ADDRESS) };
  }

  /** What the peer of a connection is counted by. */
  bucketOf(peer: string | undefined): string {
    if (peer === undefined) return UNKNOWN_ADDRESS;
    return plainIpv4(peer) ?? this.peer(peer).bucket;
  }

  /** The peer of a connection. */
  peer(address: string | undefined): KnownAddress {
    return address === undefined ? this.unknown : (this.find(address) ?? this.unknown);
  }

  /** An address as proxies write it, with a port or without; `undefined` for everything else. */
  find(text: string): KnownAddress | undefined {
    const known = this.kept.get(text);
    if (known !== undefined) return known;
    if (text.length > MAX_LENGTH) return undefined;
    const copy = ownText(text);
    const address = withoutZone(withoutPort(copy));
    if (isIP(address) === 0) return undefined;
    const found = { bucket: normalizeAddress(address, this.ipv6Prefix), trusted: this.isProxy(address) };
    if (this.kept.size >= MAX_KEPT) this.kept.clear();
    this.kept.set(copy, found);
    return found;
  }
}

/** `192.0.2.1:80` and `[2001:db8::1]:80` without the port. */
function withoutPort(text: string): string {
  const match = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d{1,5})?$/.exec(text);
  return match?.[1] ?? match?.[2] ?? text;
}
