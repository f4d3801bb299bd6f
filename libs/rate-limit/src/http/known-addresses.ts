import { isIP } from 'node:net';
import { type Client, clientAt } from './client';
import { ownText } from '../core/own-text';
import { normalizeAddress, plainIpv4, withoutZone } from './normalize-address';

/** What there is to know of an address. */
export interface KnownAddress {
  readonly client: Client;
  /** Whether it is a trusted proxy's. */
  readonly trusted: boolean;
}

/** A part of `net.Socket`. */
export interface Connection {
  readonly remoteAddress?: string | undefined;
}

/** What a connection without an address is counted by: one over a unix socket, or one that is closed already. */
export const UNKNOWN_ADDRESS = 'unknown';

const MAX_KEPT = 4_096;
/** The longest address is 45 characters, to which come brackets, a port and a zone. */
const MAX_LENGTH = 64;

interface NotedPeer {
  readonly address: string;
  readonly client: Client;
}

/** Reads addresses, and remembers the latest ones. */
export class KnownAddresses {
  private readonly kept = new Map<string, KnownAddress>();
  /** The property of a connection that says who its peer is. */
  private readonly peerNoted = Symbol('peer');
  private readonly unknown: KnownAddress;

  constructor(
    private readonly ipv6Prefix: number,
    private readonly isProxy: (address: string) => boolean,
  ) {
    this.unknown = { client: clientAt(UNKNOWN_ADDRESS), trusted: isProxy(UNKNOWN_ADDRESS) };
  }

  /** Who the peer of a connection is, worked out with its first request and kept with it. */
  peerOf(connection: Connection | null | undefined): Client {
    const address = connection?.remoteAddress;
    if (!connection || address === undefined) return this.unknown.client;
    const { [this.peerNoted]: noted } = connection as { [note: symbol]: NotedPeer | undefined };
    // Of a connection that is closed Node says no address any more.
    if (noted?.address === address) return noted.client;
    const plain = plainIpv4(address);
    const client = plain === undefined ? this.peer(address).client : clientAt(plain);
    const note: NotedPeer = { address, client };
    Reflect.set(connection, this.peerNoted, note);
    return client;
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
    const client = clientAt(normalizeAddress(address, this.ipv6Prefix));
    const found = { client, trusted: this.isProxy(address) };
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
