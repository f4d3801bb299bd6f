import { byHeader, RateLimiter } from 'nest-floodgate';
import type { KeyInspection, Overview } from 'nest-floodgate/admin';
import { POLICIES, startAdmin } from './admin-app';

test('a limit tried out takes what is there of a call that does, as does a policy in shadow mode', async () => {
  const policies = {
    ...POLICIES,
    watched: { limit: 2, per: '1m', key: byHeader('x-user'), mode: 'shadow' },
  } as const;
  const app = await startAdmin({ options: { policies } });
  const trial = { policy: 'search', scope: { kind: 'policy' }, patch: { mode: 'shadow', limit: 3 }, reason: 'a try' };
  expect((await app.ask('POST', 'api/overrides', trial)).status).toBe(201);
  const limiter = app.app.get(RateLimiter);
  const partial = { cost: 100, partial: true };
  const first = await limiter.consume('search', 'ann', partial);
  expect(first).toMatchObject({ outcome: 'allowed', granted: 5 });
  await limiter.consume('watched', 'ann', partial);
  const { policies: used } = (await app.ask<KeyInspection>('GET', 'api/keys/inspect?key=header%20x-user:ann')).body;
  expect(used.map(({ policy, used: own, trial }) => [policy, own, trial?.used])).toEqual([
    ['search', 5, 3],
    ['watched', 2, undefined],
  ]);
  // Of nothing that is left nothing is granted, which is no refusal.
  await limiter.consume('search', 'ann', partial);
  expect((await app.ask<Overview>('GET', 'api/overview')).body.totals.shadowDenied).toBe(0);
  expect(await limiter.refund(first)).toBe(5);
  await limiter.consume('search', 'ann', partial);
  expect((await app.ask<Overview>('GET', 'api/overview')).body.totals.shadowDenied).toBe(0);
});
