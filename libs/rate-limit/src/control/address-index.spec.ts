import { AddressIndex, normalizeRange } from './address-index';

const found = (ranges: string[], address: string): readonly string[] =>
  new AddressIndex(ranges.map((range) => ({ range, entry: range }))).find(address);

describe('a range', () => {
  test.each([
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['192.0.2.77/31', '192.0.2.76/31'],
    ['192.0.2.77/32', '192.0.2.77/32'],
    ['192.0.2.77/0', '0.0.0.0/0'],
    [' 192.0.2.77 ', '192.0.2.77'],
    ['2001:DB8::1/33', '2001:db8::/33'],
    ['2001:db8:ffff:ffff::/47', '2001:db8:fffe::/47'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::/0', '::/0'],
  ])('%s is kept as %s', (text, kept) => {
    expect(normalizeRange(text)).toBe(kept);
  });

  test.each([
    '',
    'a',
    '192.0.2.1/33',
    '192.0.2.1/-1',
    '192.0.2.1/',
    '192.0.2.1/8/8',
    '192.0.2.1/1e1',
    '::/129',
    '300.1.1.1',
    '10.1/16',
    '010.0.0.0/8',
    '0x0a.0.0.0/8',
    '8/8',
    '::ffff:010.0.0.1',
  ])('%j is none', (text) => {
    expect(normalizeRange(text)).toBeUndefined();
  });

  test.each([
    ['192.0.2.96/29', '192.0.2.96', true],
    ['192.0.2.96/29', '192.0.2.103', true],
    ['192.0.2.96/29', '192.0.2.104', false],
    ['192.0.2.96/29', '192.0.2.95', false],
    ['192.0.2.0/31', '192.0.2.1', true],
    ['192.0.2.0/32', '192.0.2.1', false],
    ['128.0.0.0/1', '255.255.255.255', true],
    ['128.0.0.0/1', '127.255.255.255', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '192.0.2.1', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['2001:db8::1', '2001:0db8:0:0::1', true],
    ['192.0.2.1', '::ffff:192.0.2.1', true],
    ['192.0.2.0/24', 'no address', false],
  ])('%s and %s: %s', (range, address, isIn) => {
    expect(found([range], address)).toEqual(isIn ? [range] : []);
  });
});

test('an address is found in every range that it is in, and the second time too', () => {
  const ranges = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.1.2.3', '10.2.0.0/16'];
  const index = new AddressIndex(ranges.map((range) => ({ range, entry: range })));
  for (let i = 0; i < 2; i++) expect([...index.find('10.1.2.3')].sort()).toEqual(ranges.slice(0, 4).sort());
});

test('ranges that agree with arithmetic, whatever their length', () => {
  const numberOf = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const addresses = ['0.0.0.0', '10.1.2.3', '10.1.2.4', '10.1.3.3', '127.255.255.255', '128.0.0.0', '255.255.255.255'];
  for (let bits = 0; bits <= 32; bits++) {
    for (const base of addresses) {
      const range = normalizeRange(`${base}/${String(bits)}`)!;
      for (const address of addresses) {
        const size = 2 ** (32 - bits);
        const isIn = Math.floor(numberOf(base) / size) === Math.floor(numberOf(address) / size);
        expect([range, address, found([range], address).length]).toEqual([range, address, Number(isIn)]);
      }
    }
  }
});
