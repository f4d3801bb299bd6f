import { StoreUnavailableError } from '../../core/errors';
import { quotaOf } from '../../testing';
import type { RedisConnection } from './connection/redis-connection';
import { RedisKeys } from './keys';
import { RedisStore } from './redis-store';

const keys = new RedisKeys({ prefix: 'rl', secret: undefined, readableKeys: false });
const connectionThat = (isReady: boolean) =>
  ({
    client: { hdel: () => Promise.resolve(1) },
    isCluster: false,
    isReady,
    nodeOf: () => 'redis',
    onStateChange: () => undefined,
  }) as unknown as RedisConnection;

test('a reset is told as the command that it is', async () => {
  const commands: string[] = [];
  const store = new RedisStore({
    connection: connectionThat(true),
    keys,
    deadlineMs: 100,
    onCommand: { answered: (command) => commands.push(command), failed: () => undefined },
  });
  await store.reset('read\n', 'ip:1');
  await store.close();
  expect(commands).toEqual(['hdel']);
});

test('what a call would be rejected with is known beforehand while the node is left alone', async () => {
  const quota = quotaOf({ algorithm: 'token-bucket', limit: 10, per: '1s' });
  const charges = [{ bucketId: 'read\n', identity: 'ip:1', quota, cost: 1 }];
  const [well, down] = [true, false].map(
    (isReady) => new RedisStore({ connection: connectionThat(isReady), keys, deadlineMs: 100 }),
  ) as [RedisStore, RedisStore];
  expect(well.refusal(charges)).toBeUndefined();
  const refusal = down.refusal(charges);
  expect(refusal).toBeInstanceOf(StoreUnavailableError);
  await expect(down.consume(charges)).rejects.toBe(refusal);
  await Promise.all([well.close(), down.close()]);
});
