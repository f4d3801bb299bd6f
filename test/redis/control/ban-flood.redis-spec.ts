import { openControl } from '../../../libs/rate-limit/src/control/open-control';
import type { PolicyDecision } from '../../../libs/rate-limit/src/core/decision';
import { Problems } from '../../../libs/rate-limit/src/core/problems';
import { CalmLog } from '../../../libs/rate-limit/src/engine/log';
import { PolicyRegistry } from '../../../libs/rate-limit/src/engine/policy-registry';
import { ControlFigures } from '../../../libs/rate-limit/src/statistics/control-figures';
import { newInstanceIdentity } from '../../../libs/rate-limit/src/statistics/instance-identity';
import type { OperatedRedis } from '../../../libs/rate-limit/src/statistics/operations';
import { connectRedis } from '../../../libs/rate-limit/src/stores/redis/connection/connect-redis';
import { RedisKeys } from '../../../libs/rate-limit/src/stores/redis/keys';
import { checkRedisOptions } from '../../../libs/rate-limit/src/stores/redis/redis-options-check';
import { RedisStore } from '../../../libs/rate-limit/src/stores/redis/redis-store';
import { startRedis } from '../../support/redis/index.mjs';

jest.setTimeout(60_000);

const KEYS = 5_000;
const ban = { after: 10, within: '1m', for: '10m' } as const;

test('denials of thousands of keys are counted for bans in few round trips, so that operators do not wait for them', async () => {
  const server = await startRedis();
  const log = new CalmLog({ warn: () => undefined, error: () => undefined });
  const options = checkRedisOptions({ type: 'redis', url: server.url, deadlineMs: 5_000 }, new Problems())!;
  const connection = connectRedis(options, log.logger);
  await connection.waitUntilReady(10_000);
  const buckets = new RedisStore({ connection, keys: new RedisKeys(options), deadlineMs: 5_000 });
  const registry = new PolicyRegistry<never>();
  registry.add('login', 'policies.login', { limit: 1, per: '1m', ban }, new Problems());
  const { policy, bucketId } = registry.get('login');
  const control = openControl({
    letGo: () => undefined,
    ...{ registry, buckets, log, figures: new ControlFigures(), newKeys: undefined, isStoreDown: () => false },
    redis: { client: connection.client as unknown as OperatedRedis['client'], prefix: options.prefix },
    identity: newInstanceIdentity('1.0.0'),
  });
  await control.start();
  const scripts = async (): Promise<number> =>
    Number(/cmdstat_evalsha:calls=(\d+)/.exec(await server.cli('INFO', 'commandstats'))?.[1]);
  try {
    const before = await scripts();
    const denied = { policy: 'login', outcome: 'denied', retryAfterMs: 60_000 } as PolicyDecision;
    const quota = policy.quota!;
    for (let i = 0; i < KEYS; i++) {
      const charge = { bucketId, identity: `ip:key-${String(i)}`, quota, cost: 1, ban: policy.ban };
      registry.control.tap?.decided([denied], [charge]);
    }
    await control.plane.poll();
    // 128 decisions go in one; polls of the second make a few more.
    expect((await scripts()) - before).toBeLessThan(KEYS / 50);
  } finally {
    await control.stop();
    await buckets.close();
    await connection.close();
    await server.stop();
  }
});
