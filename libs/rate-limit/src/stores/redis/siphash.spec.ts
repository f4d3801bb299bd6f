import { sipHash, type SipHashKey } from './siphash';

/** The key 00 01 … 0f of the vectors. */
const KEY: SipHashKey = [0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c];

/** The 64 bits of a hash as bytes, lowest first: what the published vectors show. */
function bytesOf(hash: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  // Pairs of digits have 12 bits, the higher digit first.
  const pairs = [0, 2, 4, 6, 8].map((i) => alphabet.indexOf(hash[i]!) * 64 + alphabet.indexOf(hash[i + 1]!));
  const bits = [...pairs, alphabet.indexOf(hash[10]!)].reduce(
    (sum, pair, i) => sum | (BigInt(pair) << BigInt(12 * i)),
    0n,
  );
  return Buffer.from(bits.toString(16).padStart(16, '0'), 'hex').reverse().toString('hex');
}

/** Of the authors’ vectors.h: the hash of the bytes 00 01 02 … of that length. */
test.each([
  [0, '310e0edd47db6f72'],
  [1, 'fd67dc93c539f874'],
  [2, '5a4fa9d909806c0d'],
  [3, '2d7efbd796666785'],
  [4, 'b7877127e09427cf'],
  [5, '8da699cd64557618'],
  [6, 'cee3fe586e46c9cb'],
  [7, '37d1018bf50002ab'],
  [8, '6224939a79f5f593'],
  [9, 'b0e4a90bdf82009e'],
  [15, 'e545be4961ca29a1'],
  [16, 'db9bc2577fcc2a3f'],
  [17, '9447be2cf5e99a69'],
  [31, '42c341d8fa92d832'],
  [63, '724506eb4c328a95'],
])('%d bytes hash to %s', (length, expected) => {
  const text = String.fromCharCode(...Array.from({ length }, (_, i) => i));
  expect(bytesOf(sipHash(KEY, text))).toBe(expected);
});

test('texts are hashed as UTF-8', () => {
  // Made with `openssl mac … SIPHASH`.
  expect(bytesOf(sipHash(KEY, 'user:Müller €😀'))).toBe('8dbaab43e7f49bbc');
});

test('other keys and other texts give other hashes, always of 11 characters', () => {
  const hashes = new Set<string>();
  for (let i = 0; i < 20_000; i++) hashes.add(sipHash([i & 1, 2, 3, -4], `user:${i >> 1}`));
  expect(hashes.size).toBe(20_000);
  for (const hash of hashes) expect(hash).toMatch(/^[\w-]{11}$/);
});
