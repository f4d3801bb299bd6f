import type { IncomingHttpHeaders } from 'node:http';
import { show } from '../core/errors';
import { parseWholeNumber, type Problems } from '../core/problems';
import type { Client } from './client';
import { type Connection, KnownAddresses } from './known-addresses';
import { DEFAULT_IPV6_PREFIX } from './normalize-address';
import { compileTrustedProxies, type TrustedProxies } from './trusted-proxies';

/** What both Express' request and Fastify's `request.raw` are. */
export interface RequestLike {
  readonly headers: IncomingHttpHeaders;
  readonly socket?: Connection | null;
}

export interface ClientAddressOptions {
  /** Default: none. */
  readonly trustedProxies?: TrustedProxies | undefined;
  /** How many leading bits of an IPv6 address make a client, 32 to 128. Default 64. */
  readonly ipv6Prefix?: number | undefined;
}

/**
 * Prepares the function that finds a request's client. It never throws, and no text of a client's choice gets through:
 * what it finds has an address, or `unknown` where the connection has none.
 */
export function compileClient(options: ClientAddressOptions, problems: Problems): (request: RequestLike) => Client {
  const { hops, contains } = compileTrustedProxies(options.trustedProxies, problems);
  const known = new KnownAddresses(compilePrefix(options.ipv6Prefix, problems), contains);
  if (hops === 0) return ({ socket }) => known.peerOf(socket);
  return ({ headers, socket }) => {
    const forwarded = headers['x-forwarded-for'];
    if (forwarded === undefined) return known.peerOf(socket);
    const text = typeof forwarded === 'string' ? forwarded : forwarded.join(',');
    return walk(text, socket?.remoteAddress, hops, known);
  };
}

/** Whether a request came with `X-Forwarded-For`, which is worth a warning where no proxy is trusted. */
export function forwardedButUntrusted({ headers }: RequestLike): boolean {
  return headers['x-forwarded-for'] !== undefined;
}

/**
 * Each proxy writes the address of its peer to the right of what it was sent. So the header is read from the right,
 * for as long as the address before was a trusted proxy's: the first that was not is the client. What stands to the
 * left of it is the client's own invention, and is never looked at.
 */
function walk(forwarded: string, peer: string | undefined, hops: number, known: KnownAddresses): Client {
  let last = known.peer(peer);
  let end = forwarded.length;
  for (let hop = 0; last.trusted && hop < hops && end > 0;) {
    const comma = forwarded.lastIndexOf(',', end - 1);
    const entry = forwarded.slice(comma + 1, end).trim();
    end = comma;
    if (entry === '') continue;
    const next = known.find(entry);
    // Such as `unknown`: all that is certain is which proxy wrote it.
    if (next === undefined) break;
    last = next;
    hop += 1;
  }
  return last.client;
}

function compilePrefix(option: number | undefined, problems: Problems): number {
  if (option === undefined) return DEFAULT_IPV6_PREFIX;
  const prefix = parseWholeNumber(option, 32, 128);
  if (prefix === undefined) {
    problems.add('ipv6Prefix', `is ${show(option)}.`, 'Write a whole number of bits from 32 to 128.');
  }
  return prefix ?? DEFAULT_IPV6_PREFIX;
}
