import { KnownAddresses } from './known-addresses';

function addresses(isProxy = (address: string) => address.startsWith('10.')) {
  return new KnownAddresses(64, isProxy);
}

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:56789', '192.0.2.1'],
  ['[192.0.2.1]:80', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::'],
  ['[2001:db8::1]', '2001:db8::'],
  ['[2001:db8::1]:443', '2001:db8::'],
  ['[fe80::1%eth0]:443', 'fe80::'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['[::ffff:c000:201]:80', '192.0.2.1'],
])('%s is the address %s', (text, bucket) => {
  const client = { address: bucket, identity: `ip:${bucket}` };
  expect(addresses().find(text)).toEqual({ client, trusted: false });
});

test.each([
  'unknown',
  '_hidden',
  '1.2.3',
  '01.2.3.4',
  '0x7f.0.0.1',
  '127.1',
  '2130706433',
  '1.2.3.4:',
  '1.2.3.4:port',
  '1.2.3.4:123456',
  '[::1',
  '[::1]x',
  '::1]',
  '1.2.3.4 ',
  '1.2.3.\u{1d7d2}',
  `1.2.3.4${'%'.padEnd(60, 'x')}`,
])('%s is no address', (text) => {
  expect(addresses().find(text)).toBeUndefined();
});

test('an address is read once', () => {
  const isProxy = jest.fn(() => true);
  const known = addresses(isProxy);
  isProxy.mockClear();
  const first = known.find('10.0.0.1:80');
  expect(known.find('10.0.0.1:80')).toBe(first);
  expect(isProxy.mock.calls).toEqual([['10.0.0.1']]);
});

test('endless addresses do not stay in memory', () => {
  const known = addresses();
  const first = known.find('2001:db8::1');
  for (let i = 0; i < 5_000; i++) known.find(`2001:db8::${i.toString(16)}:2`);
  expect(known.find('2001:db8::1')).not.toBe(first);
});

test('a connection without an address is unknown', () => {
  const unknown = { address: 'unknown', identity: 'ip:unknown' };
  for (const connection of [undefined, null, {}, { remoteAddress: '' }, { remoteAddress: '?' }]) {
    expect(addresses().peerOf(connection)).toEqual(unknown);
  }
  expect(addresses().peer(undefined)).toEqual({ client: unknown, trusted: false });
});

test('the peer of a connection is worked out once, for as long as the connection has that address', () => {
  const known = addresses();
  const connection = { remoteAddress: '192.0.2.1' as string | undefined };
  const client = known.peerOf(connection);
  expect(client).toEqual({ address: '192.0.2.1', identity: 'ip:192.0.2.1' });
  expect(known.peerOf(connection)).toBe(client);
  connection.remoteAddress = undefined;
  expect(known.peerOf(connection).address).toBe('unknown');
  connection.remoteAddress = '2001:db8::1';
  expect(known.peerOf(connection).address).toBe('2001:db8::');
});

test('limiters with other networks do not meet on a connection', () => {
  const connection = { remoteAddress: '2001:db8:1:2::3' };
  const networks = [64, 48].map((bits) => new KnownAddresses(bits, () => false));
  for (let request = 0; request < 2; request++) {
    expect(networks.map((known) => known.peerOf(connection).address)).toEqual(['2001:db8:1:2::', '2001:db8:1::']);
  }
});

test('a connection that cannot be written on is asked each time', () => {
  expect(addresses().peerOf(Object.freeze({ remoteAddress: '192.0.2.1' })).address).toBe('192.0.2.1');
});
