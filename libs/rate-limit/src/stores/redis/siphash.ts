/** A key of 128 bits, as four little-endian words of 32. */
export type SipHashKey = readonly [number, number, number, number];

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PAIRS = Array.from(ALPHABET, (first) => Array.from(ALPHABET, (second) => first + second)).flat();

/**
 * SipHash-2-4 (Aumasson and Bernstein) of a text in UTF-8: a fast hash of 64 bits that nobody without the key can
 * steer. As 11 characters that are safe in the name of a Redis key, lowest bits first.
 */
export function sipHash(key: SipHashKey, text: string): string {
  const hash = hashBytes(key, text, 127) ?? hashBytes(key, Buffer.from(text).toString('latin1'), 255) ?? NOTHING;
  const [low, high] = hash;
  return (
    (PAIRS[low & 4095] as string) +
    (PAIRS[(low >>> 12) & 4095] as string) +
    (PAIRS[(low >>> 24) | ((high & 15) << 8)] as string) +
    (PAIRS[(high >>> 4) & 4095] as string) +
    (PAIRS[(high >>> 16) & 4095] as string) +
    (ALPHABET[high >>> 28] as string)
  );
}

const NOTHING: Halves = [0, 0];

type Halves = readonly [low: number, high: number];

/**
 * The hash of a text whose characters are bytes; `undefined` where one is above `most`. Each 64-bit word of the state is
 * two halves, low (l) and high (h): JavaScript has no faster integers.
 */
function hashBytes([k0, k1, k2, k3]: SipHashKey, bytes: string, most: number): Halves | undefined {
  const { length } = bytes;
  const blocks = length >>> 3;
  let [l0, h0, l1, h1] = [k0 ^ 0x70736575, k1 ^ 0x736f6d65, k2 ^ 0x6e646f6d, k3 ^ 0x646f7261];
  let [l2, h2, l3, h3] = [k0 ^ 0x6e657261, k1 ^ 0x6c796765, k2 ^ 0x79746573, k3 ^ 0x74656462];
  // The last block has what is left and the length; the step after it ends the hash.
  for (let block = 0; block <= blocks + 1; block++) {
    let low = 0;
    let high = 0;
    let rounds = 2;
    if (block <= blocks) {
      const end = Math.min(length, block * 8 + 8);
      for (let i = block * 8; i < end; i++) {
        const code = bytes.charCodeAt(i);
        if (code > most) return undefined;
        if ((i & 4) === 0) low |= code << ((i & 3) << 3);
        else high |= code << ((i & 3) << 3);
      }
      if (block === blocks) high |= length << 24;
      l3 ^= low;
      h3 ^= high;
    } else {
      l2 ^= 0xff;
      rounds = 4;
    }
    for (; rounds > 0; rounds--) {
      let sum = (l0 >>> 0) + (l1 >>> 0);
      h0 = (h0 + h1 + (sum > 0xffffffff ? 1 : 0)) | 0;
      l0 = sum | 0;
      let l = (l1 << 13) | (h1 >>> 19);
      h1 = ((h1 << 13) | (l1 >>> 19)) ^ h0;
      l1 = l ^ l0;
      l = l0;
      l0 = h0;
      h0 = l;

      sum = (l2 >>> 0) + (l3 >>> 0);
      h2 = (h2 + h3 + (sum > 0xffffffff ? 1 : 0)) | 0;
      l2 = sum | 0;
      l = (l3 << 16) | (h3 >>> 16);
      h3 = ((h3 << 16) | (l3 >>> 16)) ^ h2;
      l3 = l ^ l2;

      sum = (l0 >>> 0) + (l3 >>> 0);
      h0 = (h0 + h3 + (sum > 0xffffffff ? 1 : 0)) | 0;
      l0 = sum | 0;
      l = (l3 << 21) | (h3 >>> 11);
      h3 = ((h3 << 21) | (l3 >>> 11)) ^ h0;
      l3 = l ^ l0;

      sum = (l2 >>> 0) + (l1 >>> 0);
      h2 = (h2 + h1 + (sum > 0xffffffff ? 1 : 0)) | 0;
      l2 = sum | 0;
      l = (l1 << 17) | (h1 >>> 15);
      h1 = ((h1 << 17) | (l1 >>> 15)) ^ h2;
      l1 = l ^ l2;
      l = l2;
      l2 = h2;
      h2 = l;
    }
    l0 ^= low;
    h0 ^= high;
  }
  return [l0 ^ l1 ^ l2 ^ l3, h0 ^ h1 ^ h2 ^ h3];
}
