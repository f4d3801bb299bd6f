import { isIP } from 'node:net';
import { compile } from 'proxy-addr';
import { show } from '../core/errors';
import { parseWholeNumber, type Problems } from '../core/problems';

/**
 * Whose `X-Forwarded-For` is believed: the number of proxies in front of the application, or where they are:
 * `'loopback'`, `'private'`, `'linklocal'`, an address, a network such as `'10.0.0.0/8'`, or several of those, as a list
 * or separated by commas.
 */
export type TrustedProxies = number | string | readonly string[];

/** Hop 0 is the peer of the connection. A hop is a trusted proxy where it is below `hops` and `contains` its address. */
export interface ProxyTrust {
  readonly hops: number;
  readonly contains: (address: string) => boolean;
}

const NONE: ProxyTrust = { hops: 0, contains: () => false };
const MAX_HOPS = 100;
/** The names that may stand for networks, and what proxy-addr calls them. */
const RANGES = new Map([
  ['loopback', 'loopback'],
  ['private', 'uniquelocal'],
  ['linklocal', 'linklocal'],
]);
/** A network of no bits. */
const WHOLE_INTERNET = /\/(?:0+|0\.0\.0\.0|::)$/;
const EVERYBODY = 'with which every client could choose its address by sending X-Forwarded-For.';
const REMEDY =
  'Write the number of proxies in front of the application, or their addresses: "private", "loopback", "linklocal", ' +
  'or networks such as "10.0.0.0/8".';

/** Checks the option and prepares it; what is wrong is told in `problems`. */
export function compileTrustedProxies(option: TrustedProxies | undefined, problems: Problems): ProxyTrust {
  if (option === undefined) return NONE;
  const hops = parseWholeNumber(option, 0, MAX_HOPS);
  if (hops !== undefined) return hops === 0 ? NONE : { hops, contains: () => true };
  if ((option as unknown) === true || option === 'true') {
    problems.add('trustedProxies', `is ${show(option)}, ${EVERYBODY}`, REMEDY);
    return NONE;
  }
  const names = namesOf(option);
  if (names === undefined) problems.add('trustedProxies', `is ${show(option)}.`, REMEDY);
  const networks = (names ?? []).map((name) => networkOf(name, problems)).filter((network) => network !== undefined);
  return networks.length === 0 ? NONE : { hops: Infinity, contains: containsOf(networks) };
}

function namesOf(option: unknown): readonly unknown[] | undefined {
  if (Array.isArray(option)) return option as unknown[];
  // A variable that is set to nothing names no proxies.
  return typeof option === 'string' ? option.split(',').filter((name) => name.trim() !== '') : undefined;
}

function networkOf(name: unknown, problems: Problems): string | undefined {
  const text = typeof name === 'string' ? name.trim() : '';
  const range = RANGES.get(text);
  if (range !== undefined) return range;
  const isAddress = isIP(text.split('/', 1)[0] ?? '') !== 0;
  if (isAddress && WHOLE_INTERNET.test(text)) {
    problems.add('trustedProxies', `names ${show(name)}, ${EVERYBODY}`, REMEDY);
    return undefined;
  }
  // proxy-addr also takes `10` for an address, namely 0.0.0.10.
  if (isAddress) {
    try {
      compile(text);
      return text;
    } catch {
      // Told below.
    }
  }
  problems.add('trustedProxies', `names ${show(name)}, which is no network.`, REMEDY);
  return undefined;
}

function containsOf(networks: string[]): (address: string) => boolean {
  const contains = compile(networks);
  return (address) => contains(address, 0);
}
