import type { KeyInspection, Overview, OverrideList, PolicyDetail } from 'nest-floodgate/admin';
import { until } from '../support/load-until';
import { startRedis } from '../support/redis/index.mjs';
import { startAdmin } from './admin-app';

jest.setTimeout(30_000);

test('while Redis is away nothing is made up: of what keys have used, and of what was changed', async () => {
  const redis = await startRedis();
  try {
    const app = await startAdmin({ options: { store: { type: 'redis', url: redis.url, instances: 2 } } });
    await app.ask('POST', 'api/overrides', {
      ...{ policy: 'login', scope: { kind: 'policy' }, patch: { limit: 3 }, reason: 'an attack' },
    });
    const applied = async () => (await app.ask<OverrideList>('GET', 'api/overrides')).body.overrides[0]?.applied;
    expect(await applied()).toEqual({ applied: 1, instances: 1, complete: true, missing: [] });
    const overview = async () => (await app.ask<Overview>('GET', 'api/overview')).body;
    const changes = async () => (await overview()).recentChanges.map(({ action, reason }) => [action, reason]);
    expect(await changes()).toEqual([['override.create', 'an attack']]);
    const history = async () => (await app.ask<PolicyDetail>('GET', 'api/policies/login')).body.history;
    expect(await history()).toMatchObject([{ action: 'override.create' }]);
    await redis.stop();
    await app.visit('search');
    const asked = 'api/keys/inspect?key=header%20x-user:nobody';
    // Half of the limit of 5 is what this instance lets pass; that is not what the key has used.
    expect((await app.ask<KeyInspection>('GET', asked)).body.policies).toMatchObject([
      { policy: 'search', limit: 5, used: null, remaining: 2, source: 'fallback' },
    ]);
    await until('the loss to be told', async () => (await overview()).degraded.some(({ kind }) => kind === 'control'));
    // Which instances there are, the others included, nobody can say.
    expect(await applied()).toEqual({ applied: 1, instances: 1, complete: false, missing: [] });
    for (const resolution of ['minute', 'hour']) {
      const series = await app.ask('GET', `api/traffic?resolution=${resolution}`);
      expect(series).toMatchObject({ status: 503, body: { code: 'store-unavailable' } });
    }
    expect((await app.ask('GET', 'api/traffic?resolution=second')).status).toBe(200);
    expect(await history()).toBeNull();
    // Longer than an answer is kept for all who watch.
    for (const startMs = performance.now(); performance.now() - startMs < 1_500;) {
      expect(await changes()).toEqual([['override.create', 'an attack']]);
    }
  } finally {
    await redis.stop();
  }
});
