import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import {
  BadRequestException,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  UnauthorizedException,
  VersioningType,
} from '@nestjs/common';
import type { Bootstrap, Overview } from 'nest-floodgate/admin';
import type { NextFunction, Request, Response } from 'express';
import { map, type Observable } from 'rxjs';
import { adapters } from '../support/apps';
import { type AdminApp, startAdmin, TOKEN } from './admin-app';

jest.setTimeout(30_000);

const authorization = { authorization: `Bearer ${TOKEN}` };

/** Lets those in who say who they are, as a guard of the app's would. */
@Injectable()
class StaffGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; user?: object }>();
    const staff = request.headers['x-staff'];
    if (staff === undefined) throw new UnauthorizedException();
    request.user = { id: `id-${staff}`, name: staff };
    return staff !== 'mallory';
  }
}

class Wrap implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data, wrapped: true })));
  }
}

/** As a ValidationPipe for which nothing is declared. */
class RefuseAll implements PipeTransform {
  transform(): never {
    throw new BadRequestException('It is not declared.');
  }
}

/** What helmet sends by default, as far as it concerns answers. */
const HELMET = {
  'content-security-policy': "default-src 'self';base-uri 'self'",
  'cross-origin-opener-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
};

/** By a plain request: `fetch` opens a connection again when one was left early, and the app would wait for it. */
async function firstFrame(app: AdminApp, mount: string): Promise<string> {
  const asked = get(`${app.url}/${mount}/api/stream`, { headers: authorization, agent: false });
  const [stream] = (await once(asked, 'response')) as [IncomingMessage];
  expect(stream.headers['content-type']).toMatch(/^text\/event-stream/);
  let text = '';
  for await (const part of stream) {
    text += String(part);
    if (/event: frame[^]*?\n\n/.test(text)) break;
  }
  asked.destroy();
  return /^data: (.*)$/m.exec(text)?.[1] ?? text;
}

describe.each(adapters)('on %s', (adapter) => {
  test.each<[string, string, (app: INestApplication) => void]>([
    ['a global prefix', 'v1/_rate-limit', (app) => app.setGlobalPrefix('v1')],
    [
      'versions in the path',
      '_rate-limit',
      (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' }),
    ],
    [
      'a global prefix and versions in the path',
      'v1/_rate-limit',
      (app) => {
        app.setGlobalPrefix('v1');
        app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });
      },
    ],
    [
      'versions in a header',
      '_rate-limit',
      (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'v' }),
    ],
    ['an interceptor that wraps answers', '_rate-limit', (app) => app.useGlobalInterceptors(new Wrap())],
    ['a pipe as strict as can be', '_rate-limit', (app) => app.useGlobalPipes(new RefuseAll())],
    [
      'the headers of helmet',
      '_rate-limit',
      (app) =>
        app.use((_: Request, response: Response, next: NextFunction) => {
          for (const [name, value] of Object.entries(HELMET)) response.setHeader(name, value);
          next();
        }),
    ],
    [
      'CORS',
      '_rate-limit',
      (app) => {
        app.enableCors({ origin: true, credentials: true });
      },
    ],
  ])('it works behind %s', async (_, mount, configure) => {
    const app = await startAdmin({ adapter, mount, configure });
    const { status, body } = await app.ask<Bootstrap>('GET', 'api/bootstrap');
    expect([status, body.roles]).toEqual([200, ['read', 'operate', 'configure']]);
    expect(body).not.toHaveProperty('wrapped');
    const entry = { list: 'ban', match: { kind: 'key', key: 'user:1' }, reason: 'a test' };
    expect((await app.ask('POST', 'api/entries', entry)).body).toMatchObject({ list: 'ban', reason: 'a test' });
    expect((await app.ask('POST', 'api/entries', { ...entry, more: 1 })).status).toBe(400);
    expect((await app.ask('GET', 'api/keys/inspect?key=user:1')).body).toMatchObject({ decidedBy: { list: 'ban' } });
    expect(JSON.parse(await firstFrame(app, mount))).toHaveProperty('totals');
    for (const spelling of [mount, `${mount}/`, `${mount}/?from=mail`]) {
      const page = await fetch(`${app.url}/${spelling}`);
      expect([spelling, page.status, await page.text()]).toEqual([spelling, 200, expect.stringContaining('/assets/')]);
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    }
    const answer = await fetch(`${app.url}/${mount}/api/overview`, { headers: authorization });
    await answer.text();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('CORS lets another origin neither change anything nor be trusted', async () => {
    const configure = (app: INestApplication) => {
      app.enableCors({ origin: true, credentials: true });
    };
    const app = await startAdmin({ adapter, configure });
    const response = await fetch(`${app.url}/_rate-limit/api/keys/reset`, {
      method: 'POST',
      headers: {
        ...authorization,
        origin: 'https://evil.example',
        'x-ratelimit-admin': '1',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ keys: ['user:1'], reason: 'a test' }),
    });
    expect(response.status).toBe(403);
  });

  test('guards of the app decide who gets in, authorize what they may do, and the trail has their names', async () => {
    const app = await startAdmin(
      { adapter },
      { guards: [StaffGuard], authorize: ({ headers }) => (headers['x-staff'] === 'olga' ? 'operate' : undefined) },
    );
    const send = async (method: string, path: string, staff?: string, body?: object) => {
      const change = method === 'GET' ? {} : { 'x-ratelimit-admin': '1', 'content-type': 'application/json' };
      const headers = { ...change, ...(staff === undefined ? {} : { 'x-staff': staff }) };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      return fetch(`${app.url}/_rate-limit/${path}`, { method, headers, ...sent });
    };
    for (const path of ['api/overview', 'api/stream', 'api/audit/export?format=csv', 'api/recording']) {
      expect([path, (await send('GET', path)).status]).toEqual([path, 401]);
      expect([path, (await send('GET', path, 'mallory')).status]).toEqual([path, 403]);
      expect([path, (await send('GET', path, 'nick')).status]).toEqual([path, 403]);
    }
    const bootstrap = (await (await send('GET', 'api/bootstrap', 'olga')).json()) as Bootstrap;
    expect(bootstrap).toMatchObject({
      actor: { id: 'id-olga', name: 'olga' },
      authentication: 'guard',
      roles: ['read', 'operate'],
      sessionExpiresAtMs: null,
    });
    const reset = { keys: ['user:1'], reason: 'called us' };
    expect((await send('POST', 'api/keys/reset', 'olga', reset)).status).toBe(200);
    const recording = { enabled: true, reason: 'called us' };
    const refused = await send('PUT', 'api/recording', 'olga', recording);
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'forbidden', needs: 'configure' }]);
    const audit = (await (await send('GET', 'api/audit', 'olga')).json()) as { entries: object[] };
    expect(audit.entries).toMatchObject([
      { action: 'recording.change', outcome: 'refused', actor: { name: 'olga' } },
      { action: 'key.reset', outcome: 'done', actor: { name: 'olga' } },
    ]);
  });

  test('it answers while everything else is refused: no policy applies to it', async () => {
    const policies = { none: { limit: 0, per: '1m' }, search: { limit: 1, per: '1m' }, login: { limit: 1, per: '1m' } };
    const app = await startAdmin({ adapter, options: { policies, everyRoute: ['none'], unmatched: ['none'] } });
    expect((await app.visit('search')).status).toBe(429);
    for (let i = 0; i < 3; i++) expect((await app.ask<Overview>('GET', 'api/overview')).status).toBe(200);
  });
});
