import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort, onFreePorts } from '../support/redis/index.mjs';
import { Child } from './child';
import { root } from './kustomize';
import { startNginx } from './nginx';
import { post } from './post-as-page';
import { send } from './send-at-once';

jest.setTimeout(60_000);

const LIMIT = 12;
const ADMIN_TOKEN = 'a-token-of-more-than-thirty-two-characters';
const directory = mkdtempSync(join(tmpdir(), 'floodgate-deploy-'));
const children: Child[] = [];
const path = process.env['PATH'];
let clients = 0;
/** An address of this machine that nobody has sent from yet, so that every try of a test has a limit of its own. */
const newAddress = () => `127.0.1.${++clients}`;
let ports: { readonly redis: number; readonly app: number; readonly edge: number; readonly balanced: number };

const keep = async (starting: Promise<Child>) => {
  const child = await starting;
  children.push(child);
  return child;
};

const PASSWORDS = { limiter: 'p@ss "word" >#\\', admin: 'admin secret' };

function cliOf(user: 'limiter' | 'admin', ...args: string[]): string {
  const env = { PATH: path, REDISCLI_AUTH: PASSWORDS[user] };
  const login = ['-p', String(ports.redis), '--user', user, '--no-auth-warning'];
  return execFileSync('redis-cli', [...login, ...args], { env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

const cli = (...args: string[]) => cliOf('admin', ...args);

/** Redis as k8s/components/redis starts it: with its configuration, its users, and passwords that need care. */
async function startRedis(): Promise<void> {
  const conf = join(directory, 'redis.conf');
  const folder = join(root, 'k8s', 'components', 'redis');
  const shipped = readFileSync(join(folder, 'redis.conf'), 'utf8');
  const local = shipped.replace('bind * -::*', 'bind 127.0.0.1').replace('port 6379', `port ${ports.redis}`);
  writeFileSync(conf, local.replace('dir /run/redis', `dir ${directory}`));
  const env = {
    PATH: path,
    REDIS_RUN: directory,
    REDIS_CONF: conf,
    REDIS_USERNAME: 'limiter',
    REDIS_PASSWORD: PASSWORDS.limiter,
    REDIS_ADMIN_PASSWORD: PASSWORDS.admin,
  };
  const child = new Child('sh', [join(folder, 'start.sh')], { env });
  children.push(child);
  await child.until(() => cli('ping'));
}

async function startWorkers(): Promise<void> {
  const variables = {
    PORT: String(ports.app),
    LOG_LEVEL: 'warn',
    ADMIN_TOKEN,
    RATE_LIMIT_REQUESTS: String(LIMIT),
    RATE_LIMIT_REDIS_PORT: String(ports.redis),
    RATE_LIMIT_REDIS_PASSWORD: PASSWORDS.limiter,
    // So that a slow machine does not fall back to memory, where workers count apart.
    RATE_LIMIT_REDIS_DEADLINE_MS: '2000',
  };
  const args = [join(__dirname, 'cluster-primary.mjs'), join(root, 'deploy/pm2/ecosystem.config.cjs')];
  const child = new Child(process.execPath, [...args, JSON.stringify(variables)], { cwd: root, env: { PATH: path } });
  children.push(child);
  await child.until(() => {
    if (!child.output.includes('listening')) throw new Error('The workers do not listen yet.');
  });
}

async function endAll(): Promise<void> {
  for (const child of children.splice(0).reverse()) await child.end();
}

async function startAll(): Promise<void> {
  ports = { redis: await freePort(), app: await freePort(), edge: await freePort(), balanced: await freePort() };
  await startRedis();
  await startWorkers();
  const options = { appPort: ports.app };
  await keep(startNginx({ ...options, directory: join(directory, 'edge'), port: ports.edge }));
  await keep(
    startNginx({ ...options, directory: join(directory, 'balanced'), port: ports.balanced, behindLoadBalancer: true }),
  );
}

const startOnFreePorts = () =>
  onFreePorts(async () => {
    await endAll();
    await startAll();
  });

beforeAll(startOnFreePorts, 120_000);

afterAll(async () => {
  await endAll();
  rmSync(directory, { recursive: true });
});

const exactly = { 200: LIMIT, 429: 8 };

describe('workers of one port, behind the shipped nginx, with the shipped Redis and its users', () => {
  test('limit each address exactly, whichever worker answers', async () => {
    expect(await send(LIMIT + 8, { port: ports.edge, localAddress: newAddress() })).toEqual(exactly);
    expect(await send(LIMIT + 8, { port: ports.edge, localAddress: newAddress() })).toEqual(exactly);
  });

  test('take no address from a client at the edge', async () => {
    const forwardedFor = (index: number) => `203.0.113.${index}`;
    expect(await send(LIMIT + 8, { port: ports.edge, localAddress: newAddress(), forwardedFor })).toEqual(exactly);
  });

  test('take the address that a load balancer adds, and nothing that a client wrote before it', async () => {
    const balancer = { port: ports.balanced, localAddress: newAddress() };
    const newClient = () => `198.51.100.${++clients}`;
    for (const client of [newClient(), newClient()]) {
      expect(await send(LIMIT + 8, { ...balancer, forwardedFor: () => client })).toEqual(exactly);
    }
    const last = newClient();
    const forwardedFor = (index: number) => `203.0.113.${index}, ${last}`;
    expect(await send(LIMIT + 8, { ...balancer, forwardedFor })).toEqual(exactly);
  });

  test('hold one connection each, or for a moment two, and are refused no command', () => {
    const { instances } = jest.requireActual('../../deploy/pm2/ecosystem.config.cjs').apps[0] as { instances: number };
    const limiters = cli('CLIENT', 'LIST')
      .split('\n')
      .filter((line) => line.includes('user=limiter'));
    expect(limiters.length).toBeGreaterThanOrEqual(instances);
    expect(limiters.length).toBeLessThanOrEqual(2 * instances);
    expect(cli('ACL', 'LOG')).toBe('');
  });

  // Over plain HTTP browsers send no Sec-Fetch-Site: the origin of the page is compared with the host that was asked.
  test('take a login and a change from the admin page, on whichever port it is shown', async () => {
    const host = `shop.example:${ports.edge}`;
    const change = (path: string, body: object, more: Record<string, string> = {}) =>
      post({ port: ports.edge, path, body, headers: { host, origin: `http://${host}`, ...more } });
    const login = await change('/admin/api/session', { token: ADMIN_TOKEN });
    expect([login.status, login.body]).toEqual([200, expect.objectContaining({ roles: expect.any(Array) })]);
    const override = { policy: 'burst', scope: { kind: 'policy' }, patch: { mode: 'shadow' }, reason: 'a test' };
    const cookie = login.cookie.split(';')[0]!;
    expect(await change('/admin/api/overrides', override, { cookie })).toMatchObject({ status: 201 });
    const elsewhere = { cookie, origin: 'http://shop.example:1' };
    expect(await change('/admin/api/overrides', override, elsewhere)).toMatchObject({ status: 403 });
  });

  test('answer who asks without a name, as checks of HTTP/1.0 do', async () => {
    const socket = connect({ port: ports.edge, host: '127.0.0.1', localAddress: newAddress() });
    socket.write('GET /api/v1/items HTTP/1.0\r\n\r\n');
    expect((await text(socket)).split('\r\n')[0]).toBe('HTTP/1.1 200 OK');
  });

  // Express, unlike nginx, takes capitals and small letters for the same.
  test.each(['metrics', 'livez', 'readyz', 'health', 'api/health/rate-limiter/stats', 'Metrics', 'API/Health/'])(
    'do not show /%s to the outside',
    async (page) => {
      const request = get({ port: ports.edge, path: `/${page}`, agent: false });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.statusCode).toBe(404);
      expect(response.headers['server']).toBe('nginx');
      expect(response.headers['ratelimit-policy']).toBeUndefined();
    },
  );

  test('the user of the limiter can do nothing else', () => {
    const commands = ['FLUSHALL', 'CONFIG GET *', 'KEYS *', 'SCAN 0', 'GET x', 'EVAL x 0', 'SUBSCRIBE x', 'HGET x f'];
    for (const command of commands) {
      expect([command, cliOf('limiter', ...command.split(' '))]).toEqual([command, expect.stringMatching(/^NOPERM/)]);
    }
    expect(cliOf('limiter', 'HGET', 'rl:x', 'f')).toBe('');
  });
});
