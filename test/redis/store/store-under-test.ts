import { connectRedis } from '../../../libs/rate-limit/src/stores/redis/connection/connect-redis';
import type { RedisConnection } from '../../../libs/rate-limit/src/stores/redis/connection/redis-connection';
import { RedisKeys } from '../../../libs/rate-limit/src/stores/redis/keys';
import { RedisStore, type RedisStoreOptions } from '../../../libs/rate-limit/src/stores/redis/redis-store';

export type { RedisConnection, RedisStoreOptions };
export { RedisKeys, RedisStore };

/** What a test opened, to be closed after it. */
const opened: { close(): Promise<void> }[] = [];

export async function connect(ports: readonly number[], isCluster = false): Promise<RedisConnection> {
  const login = { username: undefined, password: undefined };
  const nodes = ports.map((port) => ({ host: '127.0.0.1', port }));
  const connection = connectRedis(
    {
      target: isCluster
        ? { kind: 'cluster', nodes, login, tls: undefined, natMap: undefined }
        : { kind: 'standalone', ...nodes[0]!, login, tls: undefined, db: 0 },
      prefix: 'rl',
      secret: undefined,
      readableKeys: false,
      deadlineMs: 100,
      instances: 1,
      failBootWithoutStore: false,
      connectionName: 'test',
    },
    { log: () => undefined, warn: () => undefined, error: () => undefined },
  );
  opened.push(connection);
  await connection.waitUntilReady(15_000);
  return connection;
}

/** Deadlines are long, so that a busy machine fails no test that is not about them. */
export function storeOn(connection: RedisConnection, options: Partial<RedisStoreOptions> = {}): RedisStore {
  const keys = new RedisKeys({ prefix: 'rl', secret: undefined, readableKeys: false });
  const store = new RedisStore({ connection, keys, deadlineMs: 5_000, ...options });
  opened.push(store);
  return store;
}

/** Stores before their connections. */
export async function closeAll(): Promise<void> {
  for (const each of opened.splice(0).reverse()) await each.close();
}
