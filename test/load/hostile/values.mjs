// What a hostile client puts where a name or an address is expected. Values are Buffers: most are no valid text.

/** Repeatable random numbers (mulberry32), so that what went wrong once can be looked at again. */
export function randomOf(seed) {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (most) => Math.floor(fraction() * most);
  return { below, chance: (share) => fraction() < share, oneOf: (list) => list[below(list.length)] };
}

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', '0', '-0', 'true'];
const PUNCTUATION = [
  '|',
  '\\',
  '\\|',
  'a|b',
  ':',
  'ip:127.0.0.1',
  ',',
  ',,,,',
  ';',
  '"',
  '%00',
  '%',
  '{}',
  '[]',
  '*',
  '…',
  '#1',
];
const UNICODE = [
  'Ünïcödé',
  '日本語',
  '🦊🔥👩‍👩‍👧‍👦',
  'مرحبا',
  'ﬀ',
  'İ',
  '\u202Eevil',
  '\uFEFF',
  'e\u0301',
  'é',
  '\u{10FFFF}',
  '٣٤',
];
const BAD_ADDRESSES = [
  'unknown',
  '_hidden',
  '999.1.1.1',
  '1.2.3',
  '1.2.3.4.5',
  '0x7f.1',
  '2130706433',
  '010.1.1.1',
  '1.2.3.4/8',
  '1.2.3.4:',
  '1.2.3.4:99999',
  '[::1]',
  '[::1]:80',
  '[::1',
  '::1]',
  '::',
  ':::',
  'fe80::1%eth0',
  'fe80::1%',
  '::ffff:1.2.3.4',
  '::ffff:999.2.3.4',
  '::ffff:0:1.2.3.4',
  '64:ff9b::1.2.3.4',
  '1::2::3',
  'for=1.2.3.4',
  'localhost',
  '127.0.0.1',
  '0',
  '-1',
];

function bytes(random, length, from, to) {
  return Buffer.from(Array.from({ length }, () => from + random.below(to - from + 1)));
}

function address(random) {
  const part = () => random.below(256);
  if (random.chance(0.5)) return `${part()}.${part()}.${part()}.${part()}`;
  return Array.from({ length: 8 }, () => random.below(65_536).toString(16)).join(':');
}

/** What X-Forwarded-For may hold: addresses of nobody in particular, some of them none at all. */
export function addresses(random) {
  const one = () => (random.chance(0.6) ? address(random) : random.oneOf(BAD_ADDRESSES));
  const count = random.chance(0.02) ? random.below(700) : 1 + random.below(4);
  return Buffer.from(Array.from({ length: count }, one).join(random.oneOf([', ', ',', ' , ', ',,', ' '])));
}

/** What Node's parser lets through to the app. */
const LEGAL = [
  () => Buffer.alloc(0),
  (random) => Buffer.alloc(1 + random.below(5), ' '),
  (random) => bytes(random, 1 + random.below(40), 0x21, 0x7e),
  (random) => bytes(random, 1 + random.below(40), 0x80, 0xff),
  (random) => Buffer.from(random.oneOf(NAMES)),
  (random) => Buffer.from(random.oneOf(PUNCTUATION)),
  (random) => Buffer.from(random.oneOf(UNICODE), 'utf8'),
  () => Buffer.from('\ta\tb'),
  addresses,
  addresses,
];

/** What it refuses, in a header. */
const ILLEGAL = [
  (random) => bytes(random, 1 + random.below(40), 0x00, 0xff),
  (random) => bytes(random, 1 + random.below(10), 0x00, 0x1f),
  (random) => Buffer.from(random.oneOf(['a\rb', 'a\nb', 'a\r\nX-Injected: 1', '\x7f', 'a\0b', 'a\r\n b'])),
];

/** A hostile value, now and then so long that it hardly fits into a request. */
export function hostileValue(random, mayBeIllegal = true) {
  if (random.chance(0.02)) return bytes(random, 1 + random.below(15_000), 0x61, 0x7a);
  return random.oneOf(mayBeIllegal && random.chance(0.3) ? ILLEGAL : LEGAL)(random);
}
