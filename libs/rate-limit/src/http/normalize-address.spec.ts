import * as fc from 'fast-check';
import { isIP } from 'node:net';
import { normalizeAddress } from './normalize-address';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ['64:ff9b::192.0.2.1', '192.0.2.1'],
  ['64:ff9b::c000:201', '192.0.2.1'],
  ['64:ff9b::1:c000:201', '64:ff9b::'],
  ['64:ff9b::', '64:ff9b::'],
  ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['2001:db8:1:2::', '2001:db8:1:2::'],
  ['2001:db8::1', '2001:db8::'],
  ['fe80::1%eth0', 'fe80::'],
])('%s is %s', (address, normal) => {
  expect(normalizeAddress(address)).toBe(normal);
});

test.each([
  [32, '2001:db8::'],
  [40, '2001:db8:ff00::'],
  [56, '2001:db8:ffff:ff00::'],
  [64, '2001:db8:ffff:ffff::'],
  [100, '2001:db8:ffff:ffff:ffff:ffff:f000:0'],
  [128, '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
])('a network of %d bits is %s', (prefix, network) => {
  expect(normalizeAddress('2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', prefix)).toBe(network);
});

test.each(['', 'job-42', '1.2.3', '01.2.3.4', '1.2.3.4:80', '[::1]', '::ffff:', '::ffff:1.2.3.400', '%', ':::'])(
  '%j is no address and stays what it is',
  (text) => {
    expect(normalizeAddress(text)).toBe(text);
  },
);

const part = fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 0xffff, 0x64, 0xff9b)).map((value) => value.toString(16));
const anyAddress = fc.oneof(
  fc.ipV6(),
  fc.ipV4(),
  fc.array(part, { minLength: 8, maxLength: 8 }).map((parts) => parts.join(':')),
  fc.ipV4().map((ipv4) => `64:ff9b::${ipv4}`),
);
const anyPrefix = fc.integer({ min: 32, max: 128 });

test('a normal address is an address, and normal', () => {
  fc.assert(
    fc.property(anyAddress, anyPrefix, (address, prefix) => {
      const normal = normalizeAddress(address, prefix);
      expect(isIP(normal)).not.toBe(0);
      expect(normalizeAddress(normal, prefix)).toBe(normal);
    }),
    { numRuns: 1_000 },
  );
});

test('any text comes back normal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
      expect(normalizeAddress(normalizeAddress(text))).toBe(normalizeAddress(text));
    }),
  );
});
