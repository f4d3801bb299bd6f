import type { ListEntry } from 'nest-floodgate/admin';
import { adapters } from '../support/apps';
import { startAdmin } from './admin-app';

jest.setTimeout(30_000);

const ban = (match: object) => ({ list: 'ban', match, reason: 'guesses passwords' });

describe.each(adapters)('on %s', (adapter) => {
  test.each([
    ['an IPv6 address', { kind: 'address', address: '2001:db8:1:2:3::4' }, '2001:db8:1:2:ffff::1', '2001:db8:1:3::1'],
    ['an IPv6 network', { kind: 'cidr', cidr: '2001:db8:1::/48' }, '2001:db8:1:ffff::1', '2001:db8:2::1'],
    ['an IPv4 address inside IPv6', { kind: 'address', address: '::ffff:192.0.2.9' }, '192.0.2.9', '192.0.2.10'],
    ['a range', { kind: 'cidr', cidr: '192.0.2.130/25' }, '192.0.2.255', '192.0.2.127'],
    ['a key that is an address', { kind: 'key', key: '2001:db8:1:2:3::4' }, '2001:db8:1:2::9', '2001:db8:1:3::9'],
  ])('a ban of %s concerns the client behind it, and no other', async (_, match, banned, other) => {
    const app = await startAdmin({ adapter });
    expect((await app.ask<ListEntry>('POST', 'api/entries', ban(match))).status).toBe(201);
    expect((await app.visit('login', 'x', banned)).status).toBe(429);
    expect((await app.visit('login', 'x', other)).status).toBe(200);
  });
});

test.each([
  ['finer than clients are told apart', { kind: 'cidr', cidr: '2001:db8::/65' }, 'match.cidr'],
  ['a range for an address', { kind: 'address', address: '192.0.2.0/24' }, 'match.address'],
  ['an address for a range', { kind: 'cidr', cidr: '192.0.2.1' }, 'match.cidr'],
  ['nonsense', { kind: 'cidr', cidr: '300.0.0.0/8' }, 'match.cidr'],
])('refused with a message beside the field: %s', async (_, match, path) => {
  const app = await startAdmin();
  const { status, body } = await app.ask('POST', 'api/entries', ban(match));
  expect([status, body]).toMatchObject([400, { fields: [{ path }] }]);
});

test('where IPv6 clients are known by more bits, so are their bans', async () => {
  const app = await startAdmin({ options: { ipv6Prefix: 128 } });
  await app.ask('POST', 'api/entries', ban({ kind: 'address', address: '2001:db8::4' }));
  expect((await app.visit('login', 'x', '2001:db8::4')).status).toBe(429);
  expect((await app.visit('login', 'x', '2001:db8::5')).status).toBe(200);
});
