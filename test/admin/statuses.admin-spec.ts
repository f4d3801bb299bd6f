import { createHash, createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { ADMIN_PATHS } from 'nest-floodgate/admin';
import { adapters } from '../support/apps';
import { type AdminApp, startAdmin, TOKEN } from './admin-app';
import { READER_STATUSES as STATUSES } from './reader-statuses';
import { type MountedRoute, routesOf } from './admin-routes';
import { expectApi, pathsOfApi, statusOf } from './statuses-of';

jest.setTimeout(30_000);

const MOUNT = '/_rate-limit';
const READER = 'a-token-that-may-only-read-and-is-long-enough';

/** The page holds no data. In token mode anybody may fetch it, since a browser sends no token with an address. */
const PAGE = ['GET ', 'GET assets/:file'];

const expiresAtMs = Date.now() - 1_000;
const signed = createHmac('sha256', TOKEN).update(`rate-limit-admin ${expiresAtMs}`).digest('base64url');
const STRANGERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  none: {},
  'a token nobody knows': { authorization: 'Bearer a-token-of-nobody-that-is-long-enough-to-be-one' },
  'an expired session': { cookie: `rate-limit-admin=${expiresAtMs}.${signed}` },
};

@Injectable()
class StaffGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    if (headers['x-staff'] === undefined) throw new UnauthorizedException();
    return headers['x-staff'] === 'olga';
  }
}

describe.each(adapters)('on %s', (adapter) => {
  let app: AdminApp;
  let routes: () => readonly MountedRoute[];
  const start = async (options: Parameters<typeof startAdmin>[1]) => {
    const configure = (nest: Parameters<typeof routesOf>[0]) => {
      routes = routesOf(nest);
    };
    app = await startAdmin({ adapter, configure }, options);
  };
  const tokens = { token: [TOKEN, { token: READER, role: 'read', name: 'Rita' }] } as const;

  test('the table below has every route that the router has, and no other', async () => {
    await start(tokens);
    const mounted = routes().filter(({ path }) => path === MOUNT || path.startsWith(`${MOUNT}/`));
    const plain = mounted.filter(({ path }) => !path.endsWith('/'));
    const keys = plain.map(({ method, path }) => `${method} ${path.slice(MOUNT.length + 1)}`);
    expect(keys.filter((key) => !key.startsWith('rest ')).sort()).toEqual([...Object.keys(STATUSES), ...PAGE].sort());
    expect(keys.filter((key) => key.startsWith('rest ')).sort()).toEqual(
      pathsOfApi.map((path) => `rest ${path}`).sort(),
    );
    expect(pathsOfApi.sort()).toEqual(Object.values(ADMIN_PATHS).sort());
    if (adapter === 'express') return;
    // Fastify has the second spelling as a route of its own.
    const slashed = mounted.filter(({ path }) => path.endsWith('/'));
    expect(slashed.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      plain.map(({ method, path }) => `${method} ${path}/`).sort(),
    );
  });

  test.each(Object.keys(STRANGERS))('every URL, by every method, with credentials: %s', async (which) => {
    await start(tokens);
    await expectApi(app.url, STRANGERS[which]!, (method, path) => {
      if (path !== ADMIN_PATHS.session) return 401;
      return STATUSES[`${method} ${path}`] ?? 405;
    });
  });

  test.each<[string, Record<string, string>]>([
    ['a user and password', { authorization: 'Basic YWRtaW46YWRtaW4=' }],
    ['a session nobody signed', { cookie: `rate-limit-admin=${Date.now() + 60_000}.${signed}` }],
    ['a session that is no session', { cookie: 'rate-limit-admin=Infinity.' }],
    ['the digest of a token', { authorization: `Bearer ${createHash('sha256').update(TOKEN).digest('hex')}` }],
    ['half of a token', { authorization: `Bearer ${TOKEN.slice(0, 32)}` }],
  ])('nobody gets in with %s', async (_, credentials) => {
    await start(tokens);
    expect(await statusOf(app.url, 'GET', '/api/overview', credentials)).toBe(401);
  });

  test('every URL, by every method, with a token that may only read', async () => {
    await start(tokens);
    const reader = { authorization: `Bearer ${READER}` };
    await expectApi(app.url, reader, (method, path) => STATUSES[`${method} ${path}`] ?? 405);
  });

  test.each([
    ['nobody', {}, 401],
    ['somebody without a role', { 'x-staff': 'olga' }, 403],
  ] as const)('every URL, by every method, behind guards: %s', async (_, credentials, status) => {
    await start({ guards: [StaffGuard], authorize: () => undefined });
    const isIn = 'x-staff' in credentials;
    await expectApi(app.url, credentials, (method, path) => {
      if (!isIn || path !== ADMIN_PATHS.session) return status;
      // There are no tokens to log in with; but what is sent is looked at first.
      return STATUSES[`${method} ${path}`] ?? 405;
    });
  });

  test.each([
    ['tokens', tokens, {}, 200, 404],
    ['guards', { guards: [StaffGuard] }, {}, 401, 401],
    ['guards that refuse', { guards: [StaffGuard] }, { 'x-staff': 'mallory' }, 403, 403],
    ['guards that let in', { guards: [StaffGuard] }, { 'x-staff': 'olga' }, 200, 404],
  ])('the page and each of its files, with %s', async (_, options, credentials, there, gone) => {
    await start(options);
    const assets = readdirSync('libs/rate-limit/dist/admin-ui/assets').filter((name) => !/\.(br|gz)$/.test(name));
    expect(assets.length).toBeGreaterThan(1);
    for (const slash of ['', '/']) {
      for (const method of ['GET', 'HEAD']) {
        expect([slash, await statusOf(app.url, method, slash, credentials)]).toEqual([slash, there]);
        for (const name of assets) {
          expect([name, await statusOf(app.url, method, `/assets/${name}${slash}`, credentials)]).toEqual([
            name,
            there,
          ]);
        }
        expect(await statusOf(app.url, method, `/assets/none.js${slash}`, credentials)).toBe(gone);
        expect(await statusOf(app.url, method, `/assets/..%2findex.html${slash}`, credentials)).toBe(gone);
      }
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        expect(await statusOf(app.url, method, slash, credentials)).toBe(404);
        expect(await statusOf(app.url, method, `/assets/${assets[0]}${slash}`, credentials)).toBe(404);
      }
    }
  });

  test('a method that a path does not take is told which it takes', async () => {
    await start(tokens);
    const { status, headers, body } = await app.ask('PATCH', 'api/overrides/x');
    expect([status, headers.get('allow'), body]).toMatchObject([
      405,
      'GET, PUT, DELETE',
      { code: 'method-not-allowed' },
    ]);
  });
});
