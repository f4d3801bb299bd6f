import type { EventEmitter } from 'node:events';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { READY_MS, Scene } from './scene';

const scene = new Scene();
let server: RedisServer;

beforeEach(async () => {
  server = scene.keep(await startRedis({ password: 'hidden', tls: { clients: 'required' } }));
});

afterEach(async () => {
  await scene.end();
});

it('connects with TLS and a client certificate', async () => {
  const { ca, cert, key } = server.tls!;
  const connection = scene.connect({ url: server.url, tls: { ca, cert, key } });
  await connection.waitUntilReady(READY_MS);
  expect(await connection.client.ping()).toBe('PONG');
  expect(scene.lines).toEqual([`[Redis] Connected to rediss://127.0.0.1:${server.port} (standalone)`]);
});

it('survives what a server has to say after its certificate was refused', async () => {
  const { client } = scene.connect({ url: server.url });
  const heard = await new Promise<boolean>((resolve) => {
    client.on('error', () => {
      const { stream } = client as { stream?: EventEmitter };
      // Of an error that nobody hears Node makes an exception.
      setImmediate(() => {
        resolve(stream?.emit('error', new Error('tlsv1 alert decode error')) ?? false);
      });
    });
  });
  expect(heard).toBe(true);
});

it('refuses a server whose certificate nobody vouches for, and says so once', async () => {
  const connection = scene.connect({ url: server.url });
  await expect(connection.waitUntilReady(2_500)).rejects.toThrow(/certificate/);
  expect(scene.lines).toEqual([
    expect.stringMatching(/^\[Redis\] Cannot connect to rediss:\/\/127.0.0.1:.*certificate/),
  ]);
});
