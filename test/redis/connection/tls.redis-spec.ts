import type { EventEmitter } from 'node:events';
import { Redis, SentinelConnector as Connector6 } from 'ioredis';
import { Redis as Redis5, SentinelConnector as Connector5 } from 'ioredis-5';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import type { RedisStoreConfig } from './library';
import { READY_MS, Scene, until } from './scene';

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

/** What is listened to of a client of ioredis. */
interface Client extends EventEmitter {
  readonly stream: EventEmitter;
}
/** What asks Sentinels. */
interface Asking {
  connectToSentinel(): unknown;
}

/** Whether an error that the socket of a client tells after the first is met: of one that is not, Node makes an exception. */
function hearsLateError(client: Client): Promise<boolean> {
  return new Promise((resolve) => {
    client.on('error', () => {
      setImmediate(() => {
        resolve(client.stream.emit('error', new Error('tlsv1 alert decode error')));
      });
    });
  });
}

it('survives what a server has to say after its certificate was refused', async () => {
  const { client } = scene.connect({ url: server.url });
  expect(await hearsLateError(client as unknown as Client)).toBe(true);
});

describe('asking Sentinels', () => {
  const name = 'floodgate';
  const listening = { lazyConnect: true, sentinelTLS: {} };
  const sentinels = () => [{ host: '127.0.0.1', port: server.port }];
  const ways: [whose: string, Asking, () => Omit<RedisStoreConfig, 'type'>][] = [
    [
      'a client of its own',
      Connector6.prototype as object as Asking,
      () => ({ sentinels: [`127.0.0.1:${server.port}`], name, sentinelTls: {} }),
    ],
    [
      'the duplicate of a client of version 6',
      Connector6.prototype as object as Asking,
      () => ({ client: new Redis({ sentinels: sentinels(), name, ...listening }) }),
    ],
    [
      'the duplicate of a client of version 5',
      Connector5.prototype as object as Asking,
      () => ({ client: new Redis5({ sentinels: sentinels(), name, ...listening }) }),
    ],
  ];

  it.each(ways)('survives that with %s', async (_whose, asking, optionsOf) => {
    const asked = jest.spyOn(asking, 'connectToSentinel');
    scene.after(() => {
      asked.mockRestore();
    });
    scene.connect(optionsOf());
    await until(() => asked.mock.results.length > 0);
    expect(await hearsLateError(asked.mock.results[0]?.value as Client)).toBe(true);
  });
});

it('refuses a server whose certificate nobody vouches for, and says so once', async () => {
  const connection = scene.connect({ url: server.url });
  await expect(connection.waitUntilReady(2_500)).rejects.toThrow(/certificate/);
  expect(scene.lines).toEqual([
    expect.stringMatching(/^\[Redis\] Cannot connect to rediss:\/\/127.0.0.1:.*certificate/),
  ]);
});
