import { IPv6 } from 'ipaddr.js';
import { isIPv4, isIPv6 } from 'node:net';

export const DEFAULT_IPV6_PREFIX = 64;

/**
 * The address that a client is counted by. One client can have as many IPv6 addresses as it likes, but only one network
 * of them, so that network is its address. IPv4 inside of IPv6 (IPv4-mapped, NAT64) is IPv4. Text that is no address
 * comes back as it is, and so does every result.
 */
export function normalizeAddress(address: string, ipv6Prefix = DEFAULT_IPV6_PREFIX): string {
  const ipv4 = plainIpv4(address);
  if (ipv4 !== undefined) return ipv4;
  const bare = withoutZone(address);
  return isIPv6(bare) ? normalizeIpv6(IPv6.parse(bare), ipv6Prefix) : address;
}

/** IPv4 as sockets tell it: by itself, or IPv4-mapped where a server listens on `::`. `undefined` for everything else. */
export function plainIpv4(address: string): string | undefined {
  if (isIPv4(address)) return address;
  if (!address.startsWith('::ffff:')) return undefined;
  const mapped = address.slice(7);
  return isIPv4(mapped) ? mapped : undefined;
}

/** The zone of `fe80::1%eth0` names a network card of this machine, not a client. */
export function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone === -1 ? address : address.slice(0, zone);
}

const IPV4_MAPPED = IPv6.parse('::ffff:0:0');
const NAT64 = IPv6.parse('64:ff9b::');
/** Not a client. `64:ff9b::` is what remains of an address next to NAT64, and has to stay what it is. */
const NOBODY = '0.0.0.0';

function normalizeIpv6(address: IPv6, prefix: number): string {
  if (address.match(IPV4_MAPPED, 96)) return embeddedIpv4(address);
  const translated = address.match(NAT64, 96) ? embeddedIpv4(address) : NOBODY;
  if (translated !== NOBODY) return translated;
  return new IPv6(address.parts.map((part, i) => part & leadingBits(prefix - 16 * i))).toRFC5952String();
}

function embeddedIpv4({ parts }: IPv6): string {
  const [high = 0, low = 0] = parts.slice(6);
  return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;
}

/** A mask of the first `count` of 16 bits. */
function leadingBits(count: number): number {
  return 0xffff & ~(0xffff >> Math.max(0, Math.min(16, count)));
}
