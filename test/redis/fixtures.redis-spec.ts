import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Redis from 'ioredis';
import { type RedisServer, startRedis, startTcpProxy } from '../support/redis/index.mjs';

jest.setTimeout(60_000);

const clients: Redis[] = [];
const servers: { stop(): Promise<void> }[] = [];
const kept = <Server extends { stop(): Promise<void> }>(server: Server) => {
  servers.push(server);
  return server;
};
const clientOf = (url: string, options = {}) => {
  const client = new Redis(url, { retryStrategy: null, maxRetriesPerRequest: 0, ...options });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
};

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

/** Another process that calls the fixtures, and the first thing that it prints. */
function run(call: string, env: NodeJS.ProcessEnv = process.env) {
  const module = JSON.stringify(join(__dirname, '../support/redis/index.mjs'));
  const child = spawn(process.execPath, ['-e', `import(${module}).then((fixtures) => fixtures.${call})`], { env });
  return { child, output: once(child.stdout, 'data').then(String) };
}

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('startRedis', () => {
  it('serves at its URL, and is gone after stop', async () => {
    const server = await startRedis({ password: 'a secret/1', args: ['--maxmemory', '10mb'] });
    expect(await clientOf(server.url).set('key', 'value')).toBe('OK');
    expect(await server.cli('GET', 'key')).toBe('value');
    expect(await server.cli('CONFIG', 'GET', 'maxmemory')).toBe('maxmemory\n10485760');
    const { pid } = server;
    await server.stop();
    expect(isRunning(pid)).toBe(false);
  });

  it('tells an error reply from a value', async () => {
    const server = kept(await startRedis());
    await expect(server.cli('NOSUCHCOMMAND')).rejects.toThrow(/unknown command/);
  });

  it('comes back on the same port after a kill', async () => {
    const server = kept(await startRedis());
    const { port, pid } = server;
    await server.kill();
    expect(server.isRunning).toBe(false);
    await server.restart();
    expect([server.port, await server.cli('PING')]).toEqual([port, 'PONG']);
    expect(server.pid).not.toBe(pid);
  });

  it('keeps connections open and answers nothing while paused', async () => {
    const server = kept(await startRedis());
    const client = clientOf(server.url);
    await client.ping();
    server.pause();
    const answer = client.ping();
    expect(await Promise.race([answer, wait(200)])).toBe('silence');
    server.resume();
    expect(await answer).toBe('PONG');
  });

  it('speaks TLS, and can insist on a certificate of the client', async () => {
    const server = kept(await startRedis({ tls: { clients: 'required' } }));
    const { ca, cert, key } = server.tls!;
    expect(await clientOf(server.url, { tls: { ca, cert, key } }).ping()).toBe('PONG');
    await expect(clientOf(server.url, { tls: { ca } }).ping()).rejects.toThrow();
  });

  it('shows the log of a server that does not start', async () => {
    await expect(startRedis({ args: ['--maxmemory', 'much'] })).rejects.toThrow(/ended at once.*\n[^]*maxmemory/);
  });

  it('names what to do where there is no redis-server', async () => {
    const { child, output } = run('startRedis().catch((error) => console.log(error.message))', { PATH: '/nowhere' });
    expect(await output).toMatch(/redis-server is not on the PATH.*bootstrap/);
    await once(child, 'exit');
  });

  it('does not outlive a process that was killed', async () => {
    const { child, output } = run('startRedis().then(({ pid }) => console.log(pid))');
    const pid = Number(await output);
    expect(isRunning(pid)).toBe(true);
    child.kill('SIGKILL');
    await eventually(() => !isRunning(pid));
  });
});

describe('startTcpProxy', () => {
  let server: RedisServer;
  let proxy: Awaited<ReturnType<typeof startTcpProxy>>;
  let client: Redis;

  beforeEach(async () => {
    server = kept(await startRedis());
    proxy = await startTcpProxy(server.port);
    client = clientOf(`redis://127.0.0.1:${proxy.port}`);
    expect(await client.ping()).toBe('PONG');
  });
  afterEach(() => proxy.close());

  it('holds answers back', async () => {
    await proxy.set({ delayMs: 100 });
    const start = performance.now();
    expect(await Promise.all([client.set('key', '1'), client.incr('key')])).toEqual(['OK', 2]);
    expect(performance.now() - start).toBeGreaterThan(95);
  });

  it('swallows silently, on old and new connections, and old ones stay dead', async () => {
    await proxy.set('blackhole');
    const fresh = clientOf(`redis://127.0.0.1:${proxy.port}`);
    expect(await Promise.race([client.ping().catch(String), fresh.ping().catch(String), wait(200)])).toBe('silence');
    await eventually(() => proxy.connections === 2);
    await proxy.set('pass');
    expect(await Promise.race([client.ping().catch(String), wait(200)])).toBe('silence');
    expect(await clientOf(`redis://127.0.0.1:${proxy.port}`).ping()).toBe('PONG');
  });

  it.each(['reset', 'refuse'] as const)('breaks connections (%s) and takes new ones afterwards', async (mode) => {
    const closed = new Promise((resolve) => client.once('end', resolve));
    await proxy.set(mode);
    await closed;
    await expect(clientOf(`redis://127.0.0.1:${proxy.port}`).ping()).rejects.toThrow();
    await proxy.set('pass');
    expect(await clientOf(`redis://127.0.0.1:${proxy.port}`).ping()).toBe('PONG');
  });
});

const wait = (ms: number) => new Promise<'silence'>((resolve) => setTimeout(resolve, ms, 'silence'));

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await wait(50)) if (await holds()) return;
  throw new Error('It never came to be.');
}
