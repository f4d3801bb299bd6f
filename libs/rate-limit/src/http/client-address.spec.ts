import * as fc from 'fast-check';
import { isIP } from 'node:net';
import { Problems } from '../core/problems';
import { type ClientAddressOptions, compileClient, forwardedButUntrusted, type RequestLike } from './client-address';

function request(remoteAddress: string | undefined, forwarded?: string | string[]): RequestLike {
  return { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, socket: { remoteAddress } };
}

function compile(options: ClientAddressOptions = {}) {
  const problems = new Problems();
  const clientOf = compileClient(options, problems);
  problems.throwIfAny();
  return (from: RequestLike) => clientOf(from).address;
}

describe('no trusted proxy', () => {
  const addressOf = compile();

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['fe80::1%eth0', 'fe80::'],
    [undefined, 'unknown'],
  ])('the client at %s is %s, whatever it claims', (peer, client) => {
    expect(addressOf(request(peer))).toBe(client);
    expect(addressOf(request(peer, '198.51.100.7'))).toBe(client);
  });

  test('a request without a socket is unknown', () => {
    expect([addressOf({ headers: {} }), addressOf({ headers: {}, socket: null })]).toEqual(['unknown', 'unknown']);
  });
});

describe('trusted networks', () => {
  const addressOf = compile({ trustedProxies: ['loopback', '10.0.0.0/8', '2001:db8:ffff::/48'] });

  test.each<[string | undefined, string | undefined, string]>([
    // A client that comes without a proxy says nothing that counts.
    ['192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['::ffff:10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['::ffff:a00:1', '192.0.2.1', '192.0.2.1'],
    ['2001:db8:ffff::1', '2001:db8:1:2::3', '2001:db8:1:2::'],
    ['127.0.0.1', '198.51.100.7, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
    ['127.0.0.1', '10.9.9.9, 192.0.2.1', '192.0.2.1'],
    ['127.0.0.1', '192.0.2.1:5678, 10.0.0.2:80', '192.0.2.1'],
    ['127.0.0.1', '[2001:db8:1:2::3]:80', '2001:db8:1:2::'],
    ['127.0.0.1', '::FFFF:192.0.2.1', '192.0.2.1'],
    ['127.0.0.1', '  192.0.2.1\t,, 10.0.0.2 ,', '192.0.2.1'],
    ['127.0.0.1', ',192.0.2.1', '192.0.2.1'],
    // All of them are proxies: the first one is the client.
    ['127.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    // Garbage: the last that is certain.
    ['127.0.0.1', 'unknown', '127.0.0.1'],
    ['127.0.0.1', '192.0.2.1, garbage, 10.0.0.2', '10.0.0.2'],
    ['127.0.0.1', '192.0.2.1, 0x7f.1, 10.0.0.2', '10.0.0.2'],
    ['127.0.0.1', '', '127.0.0.1'],
    ['127.0.0.1', ' , ', '127.0.0.1'],
    // A socket that is not of the network is in none of the networks.
    [undefined, '192.0.2.1', 'unknown'],
  ])('%s, forwarded for %j: %s', (peer, forwarded, client) => {
    expect(addressOf(request(peer, forwarded))).toBe(client);
  });

  test('several header fields count as one', () => {
    expect(addressOf(request('127.0.0.1', ['198.51.100.7', '192.0.2.1, 10.0.0.2']))).toBe('192.0.2.1');
  });
});

test.each<[number, string | undefined, string | undefined, string]>([
  [1, '192.0.2.9', '198.51.100.7, 192.0.2.1', '192.0.2.1'],
  [2, '192.0.2.9', '198.51.100.7, 192.0.2.1', '198.51.100.7'],
  [3, '192.0.2.9', '198.51.100.7, 192.0.2.1', '198.51.100.7'],
  [2, '192.0.2.9', 'garbage, 192.0.2.1', '192.0.2.1'],
  [1, '192.0.2.9', undefined, '192.0.2.9'],
  // A proxy on the same machine, through a unix socket.
  [1, undefined, '198.51.100.7, 192.0.2.1', '192.0.2.1'],
  [1, undefined, undefined, 'unknown'],
])('%d hops, %s, forwarded for %s: %s', (trustedProxies, peer, forwarded, client) => {
  expect(compile({ trustedProxies })(request(peer, forwarded))).toBe(client);
});

test('the network of IPv6 clients is an option', () => {
  expect(compile({ ipv6Prefix: 48 })(request('2001:db8:1:2::3'))).toBe('2001:db8:1::');
  expect(compile({ ipv6Prefix: '56' as unknown as number })(request('2001:db8:1:fff2::3'))).toBe('2001:db8:1:ff00::');
});

test.each([31, 129, 64.5, NaN, '/64', null])('an IPv6 prefix of %j is refused', (ipv6Prefix) => {
  const problems = new Problems();
  compileClient({ ipv6Prefix: ipv6Prefix as number }, problems);
  expect(problems.found.map(({ path }) => path)).toEqual(['ipv6Prefix']);
});

test('X-Forwarded-For is noticed', () => {
  expect(forwardedButUntrusted(request('192.0.2.1'))).toBe(false);
  expect(forwardedButUntrusted(request('192.0.2.1', ''))).toBe(true);
});

describe('any header at all', () => {
  const anyEntry = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4().map((address) => `${address}:80`),
    fc.string(),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom(',', ' ', ':', '.', '[', ']', '%', '/', '0', '1', 'f', '\0', '\r', '\u{1d7d2}'),
    }),
    fc.constantFrom('10.0.0.1', 'unknown', 'x'.repeat(20_000), ','.repeat(20_000)),
  );
  const anyHeader = fc.oneof(
    fc.array(anyEntry, { maxLength: 8 }).map((entries) => entries.join(', ')),
    fc.array(anyEntry, { maxLength: 3 }),
  );
  const anyPeer = fc.oneof(fc.ipV4(), fc.constantFrom('10.0.0.1', '127.0.0.1'));
  const trusting = [compile({ trustedProxies: 3 }), compile({ trustedProxies: 'private, loopback' })];
  const untrusting = compile();

  test('gives an address, and the peer itself where no proxy is trusted', () => {
    fc.assert(
      fc.property(anyPeer, anyHeader, (peer, header) => {
        expect(untrusting(request(peer, header))).toBe(peer);
        for (const addressOf of trusting) expect(isIP(addressOf(request(peer, header)))).not.toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
