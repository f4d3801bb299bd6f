import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ADMIN_PATHS, FRAME_EVENT, type AdminRole } from '../../rate-limit/src/admin/api';
import { AdminPage } from '../../rate-limit/src/admin/ui/admin-page';
import { pageRequestOf, sendPage } from '../../rate-limit/src/admin/ui/send-page';
import { Blocked } from './blocked';
import { Refusal, problem } from './refusal';
import { ROUTES } from './routes';
import { scenario } from './scenario';
import { Traffic } from './traffic';
import { bootstrapOf, frameOf, type World } from './views';

export interface DevOptions {
  readonly port: number;
  readonly mount: string;
  /** Left out: nobody has to sign in. */
  readonly token?: string;
  readonly roles: readonly AdminRole[];
  readonly blocked: number;
  readonly degraded: boolean;
}

/** The admin API with an invented service behind it: every page has something to show, and changes are kept in memory. */
export async function startDev(options: DevOptions): Promise<Server> {
  const page = AdminPage.load(join(import.meta.dirname, '../dist'));
  const world = inventedWorld(options);
  const clock = setInterval(() => {
    world.traffic.tick(Math.floor(Date.now() / 1000) * 1000);
    world.blocked.tick(Date.now());
  }, 1000);
  const server = createServer((request, response) => void answer(request, response, { options, page, world }));
  server.on('close', () => {
    clearInterval(clock);
  });
  await new Promise<void>((resolve) => server.listen(options.port, '127.0.0.1', resolve));
  return server;
}

function inventedWorld({ blocked: size, degraded }: DevOptions): World {
  const control = scenario();
  const bans = () =>
    new Map(
      [...control.entries.values()].flatMap(({ id, list, match, expiresAtMs }) =>
        list === 'ban' && match.kind !== 'cidr'
          ? [[match.key.text, { id, untilMs: expiresAtMs ?? Infinity }] as const]
          : [],
      ),
    );
  const blocked = new Blocked(size, bans);
  blocked.tick(Date.now());
  const traffic = new Traffic((name) => control.effective(name).settings.mode, Date.now());
  return { control, traffic, blocked, degraded, startedAtMs: Date.now() };
}

interface Context {
  readonly options: DevOptions;
  readonly page: AdminPage;
  readonly world: World;
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { options, page } = context;
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (!url.pathname.startsWith(options.mount)) return void response.writeHead(404).end();
  const path = url.pathname.slice(options.mount.length).replace(/^\//, '');
  if (path === '') {
    sendPage(response, page.page(pageRequestOf(request)));
    return;
  }
  if (path.startsWith('assets/')) {
    sendPage(response, page.file(path.slice(7), pageRequestOf(request)));
    return;
  }
  try {
    await api(path, url, request, response, context);
  } catch (error) {
    const told = error instanceof Refusal ? error.problem : problem(500, 'internal', String(error));
    send(response, told.status, told, 'application/problem+json');
  }
}

async function api(path: string, url: URL, request: IncomingMessage, response: ServerResponse, context: Context) {
  const { options, world } = context;
  const body: unknown = request.method === 'GET' ? null : JSON.parse((await textOf(request)) || '{}');
  if (path === ADMIN_PATHS.session) {
    session(request, response, body, options);
    return;
  }
  if (options.token && !(request.headers.cookie ?? '').includes('session=yes')) {
    throw new Refusal(problem(401, 'unauthenticated', 'Sign in first.'));
  }
  if (path === ADMIN_PATHS.bootstrap) {
    send(response, 200, bootstrapOf(options.roles, options.token ? 'token' : 'none'));
    return;
  }
  if (path === ADMIN_PATHS.stream) {
    stream(response, world);
    return;
  }
  const needs = path.startsWith('api/overrides') || path === ADMIN_PATHS.recording ? 'configure' : 'operate';
  if (request.method !== 'GET' && !options.roles.includes(needs)) {
    throw new Refusal({ ...problem(403, 'forbidden', `This needs the role ${needs}.`), needs });
  }
  for (const [name, route] of Object.entries(ROUTES).sort(
    ([a], [b]) => Number(a.includes(':')) - Number(b.includes(':')),
  )) {
    const params = matchOf(name, `${request.method ?? ''} ${path}`);
    if (!params) continue;
    const tag = request.headers['if-match'];
    const ifMatch = tag === undefined ? null : Number(tag.replaceAll('"', ''));
    const result = route({ world, params, query: url.searchParams, body, ifMatch });
    if (result === undefined) response.writeHead(204).end();
    else send(response, 200, result);
    return;
  }
  throw new Refusal(problem(404, 'not-found', `There is no ${path}.`));
}

function matchOf(route: string, asked: string): Record<string, string> | null {
  const names = [...route.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const found = new RegExp(`^${route.replace(/:\w+/g, '([^/]+)')}$`).exec(asked);
  return found && Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]));
}

function session(request: IncomingMessage, response: ServerResponse, body: unknown, { token, roles }: DevOptions) {
  if (request.method === 'DELETE') {
    response.setHeader('Set-Cookie', 'session=; Max-Age=0; HttpOnly; SameSite=Strict');
    return void response.writeHead(204).end();
  }
  if ((body as { token?: string }).token !== token) throw new Refusal(problem(401, 'unauthenticated', 'Wrong token.'));
  response.setHeader('Set-Cookie', 'session=yes; HttpOnly; SameSite=Strict');
  send(response, 200, { actor: { id: 'token', name: 'token' }, roles, expiresAtMs: Date.now() + 3_600_000 });
}

function stream(response: ServerResponse, world: World): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' });
  let id = 1;
  const push = () => response.write(`event: ${FRAME_EVENT}\ndata: ${JSON.stringify(frameOf(world, id++))}\n\n`);
  push();
  const timer = setInterval(push, 1000);
  response.on('close', () => {
    clearInterval(timer);
  });
}

function send(response: ServerResponse, status: number, body: unknown, type = 'application/json'): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += String(part);
  return text;
}
