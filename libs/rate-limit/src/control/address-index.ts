import ipaddr from 'ipaddr.js';

interface Range<Entry> {
  readonly entry: Entry;
  readonly bits: number;
  readonly key: string;
}

const MOST_REMEMBERED = 10_000;

/** Finds the entries whose address or range an address is in: one look-up for each distinct length of prefix. */
export class AddressIndex<Entry> {
  private readonly byBits = new Map<number, Map<string, Entry[]>>();
  private readonly remembered = new Map<string, readonly Entry[]>();

  constructor(entries: readonly { readonly range: string; readonly entry: Entry }[]) {
    for (const { range, entry } of entries) {
      const parsed = rangeOf(range, entry);
      if (parsed === undefined) continue;
      const ofBits = this.byBits.get(parsed.bits) ?? new Map<string, Entry[]>();
      this.byBits.set(parsed.bits, ofBits);
      ofBits.set(parsed.key, [...(ofBits.get(parsed.key) ?? []), entry]);
    }
  }

  get isEmpty(): boolean {
    return this.byBits.size === 0;
  }

  find(address: string): readonly Entry[] {
    const known = this.remembered.get(address);
    if (known !== undefined) return known;
    const bytes = bytesOf(address);
    const found =
      bytes === undefined ? [] : [...this.byBits].flatMap(([bits, ofBits]) => ofBits.get(prefixKey(bytes, bits)) ?? []);
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    this.remembered.set(address, found);
    return found;
  }
}

/** An address or range as it is kept: lower case, IPv4 out of IPv6, host bits cleared. `undefined` where it is none. */
export function normalizeRange(text: string): string | undefined {
  const [address = '', length, ...more] = text.trim().split('/');
  const parsed = parse(address);
  if (parsed === undefined || more.length > 0) return undefined;
  const most = parsed.kind() === 'ipv4' ? 32 : 128;
  if (length === undefined) return parsed.toString();
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : NaN;
  if (!(bits >= 0 && bits <= most)) return undefined;
  const masked = parsed.toByteArray().map((byte, i) => byte & (0xff << Math.max(0, Math.min(8, 8 * (i + 1) - bits))));
  return `${ipaddr.fromByteArray(masked).toString()}/${String(bits)}`;
}

function rangeOf<Entry>(text: string, entry: Entry): Range<Entry> | undefined {
  const [address = '', length] = text.split('/');
  const bytes = bytesOf(address);
  if (bytes === undefined) return undefined;
  // IPv4 counts as the end of IPv6, so that both share one kind of key.
  const bits = (length === undefined ? 8 * bytes.length : Number(length)) + (bytes.length === 4 ? 1_000 : 0);
  return { entry, bits, key: prefixKey(bytes, bits) };
}

function prefixKey(bytes: readonly number[], bits: number): string {
  const isOfIpv4 = bits >= 1_000;
  if (isOfIpv4 !== (bytes.length === 4)) return '';
  const length = isOfIpv4 ? bits - 1_000 : bits;
  const whole = length >> 3;
  const rest = length & 7;
  const head = bytes.slice(0, whole).join('.');
  return rest === 0 ? `k${head}` : `k${head}|${String((bytes[whole] as number) & (0xff << (8 - rest)) & 0xff)}`;
}

function bytesOf(address: string): readonly number[] | undefined {
  return parse(address)?.toByteArray();
}

/** Only what all programs take for the same address: `10.1` and `010.0.0.1` are none, though ipaddr.js reads them. */
function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const last = address.slice(address.lastIndexOf(':') + 1);
  const isPlain = ipaddr.IPv4.isValidFourPartDecimal(last) || (address.includes(':') && !last.includes('.'));
  return isPlain && ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
}
