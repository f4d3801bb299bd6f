import { Logger } from '@nestjs/common';
import { RedisThrottlerStorage } from 'nest-floodgate/throttler';
import { until } from '../support/load-until';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';

const NEEDED = '+evalsha +script|load +get +set +setrange +del +pexpire +time +ping +info +client|setname +select';

let server: RedisServer;
const lines: string[] = [];
const open: RedisThrottlerStorage[] = [];

beforeAll(async () => {
  server = await startRedis();
  const note = (line: string): void => void lines.push(line);
  Logger.overrideLogger({ log: note, warn: note, error: note });
});
beforeEach(() => {
  lines.length = 0;
});
afterEach(async () => {
  for (const storage of open.splice(0)) await storage.close();
});
afterAll(async () => {
  await server.stop();
});

/** A storage whose user has all the rights that its scripts need, but for these. */
async function storageWithout(...denied: string[]): Promise<RedisThrottlerStorage> {
  const rights = [...NEEDED.split(' '), ...denied.map((command) => `-${command}`)];
  await server.cli('ACL', 'SETUSER', 'limiter', 'reset', 'on', '>hidden', '~*', '-@all', ...rights);
  const storage = new RedisThrottlerStorage(`redis://limiter:hidden@127.0.0.1:${String(server.port)}`);
  open.push(storage);
  await storage.untilReady();
  return storage;
}

test('a user with what its scripts need is told of nothing', async () => {
  await server.cli('ACL', 'LOG', 'RESET');
  const storage = await storageWithout();
  expect(await storage.increment('client', 60_000, 4, 60_000, 'default')).toMatchObject({ totalHits: 1 });
  await until('the rights to be looked at', async () =>
    (await server.cli('INFO', 'commandstats')).includes('setrange'),
  );
  expect(lines.filter((line) => line.includes('denies'))).toEqual([]);
  expect(await server.cli('ACL', 'LOG')).toBe('');
});

test('rights that its scripts lack are named before any request comes', async () => {
  await storageWithout('setrange', 'set');
  await until('the line', () => lines.some((line) => line.includes('denies SET, SETRANGE to this user')));
});
