import type { AuditPage } from 'nest-floodgate/admin';
import { ADMIN_HEADER } from 'nest-floodgate/admin';
import { startAdmin, TOKEN } from './admin-app';

jest.setTimeout(30_000);

const READER = 'a-token-that-may-only-read-and-is-long-enough';

test('of an entry that was refused the trail has whom it was about, where that is known', async () => {
  const redactKey = (key: string) => key.replace(/acme-\w+/, 'acme-…');
  const app = await startAdmin({}, { token: [TOKEN, { token: READER, role: 'read', name: 'Rita' }], redactKey });
  const headers = { authorization: `Bearer ${READER}`, [ADMIN_HEADER]: '1', 'content-type': 'application/json' };
  const ban = async (match: object, list = 'ban') => {
    const body = JSON.stringify({ list, match, reason: 'a test' });
    const answer = await fetch(`${app.url}/_rate-limit/api/entries`, { method: 'POST', headers, body });
    expect(answer.status).toBe(403);
  };
  await ban({ kind: 'address', address: '2001:db8::7' });
  await ban({ kind: 'cidr', cidr: '192.0.2.9/24' }, 'allow');
  await ban({ kind: 'key', key: 'header x-user:acme-shop' });
  await ban({ kind: 'address', address: 'nobody' });
  const withoutReason = { list: 'ban', match: { kind: 'key', key: 'header x-user:ann' } };
  expect((await app.ask('POST', 'api/entries', withoutReason)).status).toBe(400);
  const { entries } = (await app.ask<AuditPage>('GET', 'api/audit?action=entry.create')).body;
  expect(entries.map(({ target, outcome }) => [target, outcome]).reverse()).toEqual([
    ['ban ip:2001:db8::', 'refused'],
    ['allow 192.0.2.0/24', 'refused'],
    ['ban header x-user:acme-…', 'refused'],
    ['', 'refused'],
    ['ban header x-user:ann', 'refused'],
  ]);
});
