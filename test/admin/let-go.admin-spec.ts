import { RateLimiter } from 'nest-floodgate';
import type { BlockedList } from 'nest-floodgate/admin';
import { startRedis } from '../support/redis/index.mjs';
import { startAdmin } from './admin-app';

jest.setTimeout(30_000);

test('a key that code lets go while the list of who is blocked cannot be written is taken off it later', async () => {
  const redis = await startRedis();
  try {
    const store = { type: 'redis', url: redis.url, prefix: 'p', deadlineMs: 5_000 } as const;
    const app = await startAdmin({ options: { store } });
    const blocked = () => app.ask<BlockedList>('GET', 'api/blocked');
    for (let i = 0; i < 6; i++) await app.visit('search');
    expect((await blocked()).body.blocked).toMatchObject([{ policy: 'search', key: { text: 'header x-user:ann' } }]);
    const [list, aside] = ['p:{control}:until', 'p:{control}:aside'];
    await redis.cli('RENAME', list, aside);
    await redis.cli('SET', list, 'something else');
    await app.app.get(RateLimiter).reset('search', 'ann');
    expect((await blocked()).status).toBe(503);
    await redis.cli('RENAME', aside, list);
    expect(await blocked()).toMatchObject({ status: 200, body: { blocked: [] } });
  } finally {
    await redis.stop();
  }
});
