import type { RedisConnection } from './connection/redis-connection';
import { RedisKeys } from './keys';
import { RedisStore } from './redis-store';

test('a reset is told as the command that it is', async () => {
  const commands: string[] = [];
  const connection = {
    client: { hdel: () => Promise.resolve(1) },
    isCluster: false,
    isReady: true,
    nodeOf: () => 'redis',
    onStateChange: () => undefined,
  } as unknown as RedisConnection;
  const store = new RedisStore({
    connection,
    keys: new RedisKeys({ prefix: 'rl', secret: undefined, readableKeys: false }),
    deadlineMs: 100,
    onCommand: { answered: (command) => commands.push(command), failed: () => undefined },
  });
  await store.reset('read\n', 'ip:1');
  await store.close();
  expect(commands).toEqual(['hdel']);
});
