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
    ['a key that is a range', { kind: 'key', key: 'ip:198.51.100.0/24' }, '198.51.100.9', '198.51.101.9'],
    ['a key that is an IPv6 network', { kind: 'key', key: '2001:db8:7::/48' }, '2001:db8:7:8::9', '2001:db8:8::9'],
    [
      'an address in brackets',
      { kind: 'address', address: '[2001:db8:1:2:3::4]' },
      '2001:db8:1:2::9',
      '2001:db8:1:3::9',
    ],
    ['a key in brackets', { kind: 'key', key: '[2001:db8:1:2:3::4]' }, '2001:db8:1:2::9', '2001:db8:1:3::9'],
    ['a key of kind ip in brackets', { kind: 'key', key: 'ip:[2001:db8:1:2::]' }, '2001:db8:1:2::9', '2001:db8:1:3::9'],
    ['a range in brackets', { kind: 'cidr', cidr: '[2001:db8:1::]/48' }, '2001:db8:1:ffff::1', '2001:db8:2::1'],
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
  ['an address cut short', { kind: 'cidr', cidr: '10.1/16' }, 'match.cidr'],
  ['what other programs take for octal', { kind: 'address', address: '010.0.0.1' }, 'match.address'],
  ['a key of no address', { kind: 'key', key: 'ip:nobody' }, 'match.key'],
  ['an address with a port', { kind: 'key', key: '192.0.2.1:8080' }, 'match.key'],
  ['an IPv6 address with a port', { kind: 'key', key: '[2001:db8::1]:443' }, 'match.key'],
  ['a URL', { kind: 'key', key: 'http://192.0.2.1/' }, 'match.key'],
  ['a URL of an address', { kind: 'address', address: 'https://192.0.2.1' }, 'match.address'],
  ['brackets around no IPv6 address', { kind: 'key', key: '[192.0.2.1]' }, 'match.key'],
  ['a key of no range', { kind: 'key', key: 'ip:192.0.2.0/33' }, 'match.key'],
])('refused with a message beside the field: %s', async (_, match, path) => {
  const app = await startAdmin();
  const { status, body } = await app.ask('POST', 'api/entries', ban(match));
  expect([status, body]).toMatchObject([400, { fields: [{ path }] }]);
});

test('a key that is a range is previewed as the range', async () => {
  const app = await startAdmin();
  const range = { list: 'allow', match: { kind: 'cidr', cidr: '198.51.100.0/25' }, reason: 'our office' };
  await app.ask('POST', 'api/entries', range);
  const match = { kind: 'key', key: 'ip:198.51.100.7/24' };
  const { body } = await app.ask('POST', 'api/entries/preview', { list: 'ban', match });
  expect(body).toMatchObject({ normalized: 'ip:198.51.100.0/24', overlaps: [{ wins: true }] });
});

test('elsewhere a range is no key', async () => {
  const app = await startAdmin();
  const about = { policy: 'login', patch: { limit: 3 }, reason: 'a test' };
  const override = await app.ask('POST', 'api/overrides', { ...about, scope: { kind: 'key', key: 'ip:192.0.2.0/24' } });
  expect(override).toMatchObject({ status: 400, body: { fields: [{ path: 'scope.key' }] } });
  expect((await app.ask('GET', 'api/keys/inspect?key=ip:192.0.2.0/24')).status).toBe(400);
});

test('an address with a port is no key that somebody could have, and what code has counted by one is', async () => {
  const app = await startAdmin();
  const inspect = (key: string) =>
    app.ask<{ detail?: string }>('GET', `api/keys/inspect?key=${encodeURIComponent(key)}`);
  for (const key of ['192.0.2.1:8080', ' [2001:db8::1]:443']) {
    const { status, body } = await inspect(key);
    expect([status, body.detail]).toEqual([400, expect.stringContaining('Write the address alone')]);
  }
  expect((await inspect('ip:192.0.2.1:8080')).status).toBe(200);
});

test('where IPv6 clients are known by more bits, so are their bans', async () => {
  const app = await startAdmin({ options: { ipv6Prefix: 128 } });
  await app.ask('POST', 'api/entries', ban({ kind: 'address', address: '2001:db8::4' }));
  expect((await app.visit('login', 'x', '2001:db8::4')).status).toBe(429);
  expect((await app.visit('login', 'x', '2001:db8::5')).status).toBe(200);
});
