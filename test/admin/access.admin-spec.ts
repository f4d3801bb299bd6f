import { ADMIN_HEADER, type AuditPage, RateLimitAdminModule } from 'nest-floodgate/admin';
import { ConfigurationError } from 'nest-floodgate';
import { adapters, type AdapterName } from '../support/apps';
import { Stalls } from '../support/load-stalls';
import { type AdminApp, startAdmin, TOKEN } from './admin-app';

jest.setTimeout(30_000);

const READER = 'a-token-that-may-only-read-and-is-long-enough';
const CHANGE = { [ADMIN_HEADER]: '1', 'content-type': 'application/json' };

describe.each(adapters)('on %s', (adapter: AdapterName) => {
  let app: AdminApp;
  beforeEach(async () => {
    app = await startAdmin({ adapter }, { token: [TOKEN, { token: READER, role: 'read', name: 'Rita' }] });
  });
  const send = async (method: string, path: string, headers: Record<string, string>, body?: string) => {
    const sent = body === undefined ? {} : { body };
    const response = await fetch(`${app.url}/_rate-limit/${path}`, { method, headers, ...sent });
    if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) await response.body?.cancel();
    else await response.text();
    return response.status;
  };

  test('a token lets its bearer in, as far as its role goes; refused attempts are in the trail', async () => {
    const reader = { authorization: `Bearer ${READER}` };
    for (const path of [
      'api/bootstrap',
      'api/overview',
      'api/policies',
      'api/policies/search',
      'api/system',
      'api/audit',
      'api/audit/export?format=csv',
      'api/stream',
      'api/blocked',
      'api/keys',
      'api/keys/inspect?key=ip:192.0.2.1',
      'api/traffic',
    ]) {
      expect([path, await send('GET', path, reader)]).toEqual([path, 200]);
    }
    const reset = JSON.stringify({ keys: ['ip:192.0.2.1'], reason: 'why not' });
    expect(await send('POST', 'api/keys/reset', { ...reader, ...CHANGE }, reset)).toBe(403);
    const override = JSON.stringify({
      policy: 'search',
      scope: { kind: 'policy' },
      patch: { limit: 6 },
      reason: 'why not',
    });
    expect(await send('POST', 'api/overrides', { ...reader, ...CHANGE }, override)).toBe(403);
    expect(await send('POST', 'api/system', { ...reader, ...CHANGE }, '{}')).toBe(405);
    const { body } = await app.ask<{ entries: unknown[] }>('GET', 'api/audit?outcome=refused');
    expect(body.entries).toMatchObject([
      { action: 'override.create', actor: { name: 'Rita' } },
      { action: 'key.reset', actor: { name: 'Rita' } },
    ]);
    // A person is found by a part of the name.
    const countOf = async (who: string) =>
      (await app.ask<AuditPage>('GET', `api/audit?outcome=refused&actor=${who}`)).body.entries.length;
    expect([await countOf('rit'), await countOf('Rita'), await countOf('rita%20b')]).toEqual([2, 2, 0]);
  });

  test('whoever may only read cannot push the trail out with refused attempts, however many and long', async () => {
    const reader = { authorization: `Bearer ${READER}`, ...CHANGE };
    const long = 'x'.repeat(9_000);
    const misspelt = { keys: ['ip:192.0.2.1'], reason: 'a test', [long]: 1 };
    expect((await app.ask('POST', 'api/keys/reset', misspelt)).status).toBe(400);
    await send('DELETE', `api/entries/${long}`, { ...reader, 'if-match': '1' }, '{"reason":"why not"}');
    for (let i = 0; i < 15; i++) expect(await send('POST', 'api/keys/reset', reader, '{}')).toBe(403);
    const { entries } = (await app.ask<AuditPage>('GET', 'api/audit?outcome=refused')).body;
    expect(entries).toHaveLength(10);
    expect(entries[0]!.reason).toMatch(/^This needs the role "operate".* Further ones of this minute are not told\.$/);
    expect(entries.filter(({ target, reason }) => target.length > 500 || reason.length > 500)).toEqual([]);
  });

  test('a browser logs in for a cookie that scripts cannot read, and out again', async () => {
    const login = await fetch(`${app.url}/_rate-limit/api/session`, {
      method: 'POST',
      headers: CHANGE,
      body: JSON.stringify({ token: TOKEN }),
    });
    expect(login.status).toBe(200);
    const cookie = login.headers.get('set-cookie')!;
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict/);
    expect(cookie).not.toContain('Path');
    expect(await send('GET', 'api/overview', { cookie: cookie.split(';')[0]! })).toBe(200);
  });

  test('whoever guesses tokens has to wait', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++)
      statuses.push(await send('GET', 'api/overview', { authorization: `Bearer wrong-${i}` }));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect(await send('POST', 'api/session', CHANGE, JSON.stringify({ token: TOKEN }))).toBe(429);
  });

  test('behind a trusted proxy only the client who guesses has to wait, whatever it says of itself', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': `198.51.100.9, ${address}` });
    const guess = (i: number) =>
      send('GET', 'api/overview', { authorization: `Bearer wrong-${i}`, ...from('192.0.2.1') });
    for (let i = 0; i < 5; i++) expect(await guess(i)).toBe(401);
    expect(await guess(5)).toBe(429);
    const login = (address: string) =>
      send('POST', 'api/session', { ...CHANGE, ...from(address) }, JSON.stringify({ token: TOKEN }));
    expect([await login('192.0.2.1'), await login('192.0.2.2')]).toEqual([429, 200]);
    const { entries } = (await app.ask<AuditPage>('GET', 'api/audit?action=session.refused')).body;
    expect(entries[0]).toMatchObject({ target: 'ip:192.0.2.1' });
  });

  test.each<[string, Record<string, string>, number]>([
    ['another site', { ...CHANGE, 'sec-fetch-site': 'cross-site' }, 403],
    ['another part of the site', { ...CHANGE, 'sec-fetch-site': 'same-site' }, 403],
    ['another origin', { ...CHANGE, origin: 'https://evil.example' }, 403],
    ['no header of ours', { 'content-type': 'application/json' }, 403],
    ['a form', { [ADMIN_HEADER]: '1', 'content-type': 'text/plain' }, 415],
    ['itself', { ...CHANGE, 'sec-fetch-site': 'same-origin' }, 200],
  ])('a change asked for by %s', async (_, headers, wanted) => {
    const body = JSON.stringify({ keys: ['ip:192.0.2.1'], reason: 'a test' });
    const status = await send('POST', 'api/keys/reset', { authorization: `Bearer ${TOKEN}`, ...headers }, body);
    // Fastify itself answers a type that it cannot read.
    expect(status).toBe(wanted);
  });

  test('the app closes with streams open', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const stream = await fetch(`${app.url}/_rate-limit/api/stream`, { headers });
    const reader = stream.body!.getReader();
    let text = '';
    while (!text.includes('event: frame')) text += new TextDecoder().decode((await reader.read()).value);
    expect(await Stalls.msWithout(() => app.close())).toBeLessThan(1_000);
    expect((await reader.read()).done).toBe(true);
  });
});

describe('at boot', () => {
  const { NODE_ENV } = process.env;
  afterEach(() => {
    process.env['NODE_ENV'] = NODE_ENV;
  });

  test.each(['production', ''])('it does not start with nobody kept out where NODE_ENV is "%s"', (environment) => {
    process.env['NODE_ENV'] = environment;
    expect(() => RateLimitAdminModule.forRoot()).toThrow(ConfigurationError);
    expect(() => RateLimitAdminModule.forRoot({ token: '' })).toThrow(/guards/);
    expect(() => RateLimitAdminModule.forRoot({ allowUnauthenticated: true })).not.toThrow();
  });

  test('a token that can be guessed is refused', () => {
    expect(() => RateLimitAdminModule.forRoot({ token: 'secret' })).toThrow(/32 or more/);
  });
});
