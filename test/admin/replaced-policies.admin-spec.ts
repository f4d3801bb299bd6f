import { Controller, Get } from '@nestjs/common';
import { byHeader, RateLimit, RateLimiter } from 'nest-floodgate';
import type { Override, PolicyDetail, PolicyList } from 'nest-floodgate/admin';
import { until } from '../support/load-until';
import { type AdminApp, startAdmin } from './admin-app';

jest.setTimeout(30_000);

const key = byHeader('x-user');
const CODE = { limit: 10, per: '1h', key };

@Controller()
class ShopController {
  @RateLimit('search')
  @Get('search')
  search(): void {}

  @RateLimit({ name: 'inline', limit: 5, per: '1m' })
  @Get('inline')
  inline(): void {}
}

const start = (): Promise<AdminApp> =>
  startAdmin({ controllers: [ShopController], options: { policies: { search: CODE } } });

const override = async (app: AdminApp, patch: object, scope: object = { kind: 'policy' }): Promise<Override> => {
  const input = { policy: 'search', scope, patch, reason: 'an attack' };
  const { status, body } = await app.ask<Override>('POST', 'api/overrides', input);
  expect(status).toBe(201);
  return body;
};

const limitOf = async (app: AdminApp): Promise<number> =>
  (await app.app.get(RateLimiter).peek('search', 'somebody')).limit;

const listed = async (app: AdminApp): Promise<readonly (readonly [string, number | null])[]> =>
  (await app.ask<PolicyList>('GET', 'api/policies')).body.policies.map(({ name, code }) => [name, code.limit]);

test('a policy that is replaced by code keeps the override in force, from the first call on', async () => {
  const app = await start();
  await override(app, { limit: 2 });
  const limiter = app.app.get(RateLimiter);
  limiter.removePolicy('search');
  limiter.addPolicy('search', { ...CODE, per: '1m' });
  expect(await limitOf(app)).toBe(2);
  expect((await app.visit('search')).headers.get('ratelimit-policy')).toBe('"search";q=2;w=60');
});

test('a policy that comes back after a while gets the override back', async () => {
  const app = await start();
  const { id } = await override(app, { limit: 2 });
  const limiter = app.app.get(RateLimiter);
  const problem = async (): Promise<string | null> =>
    (await app.ask<Override>('GET', `api/overrides/${id}`)).body.problem;
  limiter.removePolicy('search');
  await until('the override to be told as a problem', async () => /no policy/.test((await problem()) ?? ''));
  limiter.addPolicy('search', CODE);
  await until('the override to be in force', async () => (await limitOf(app)) === 2);
  expect(await problem()).toBeNull();
});

test('an override whose policy is gone can be ended, and not be changed', async () => {
  const app = await start();
  const { id } = await override(app, { limit: 2 });
  app.app.get(RateLimiter).removePolicy('search');
  const path = `api/overrides/${id}`;
  expect((await app.ask('PUT', path, { patch: { limit: 3 }, reason: 'a test' }, 1)).status).toBe(400);
  expect((await app.ask('DELETE', path, { reason: 'cleaned up' }, 1)).status).toBe(204);
  expect((await app.ask<Override>('GET', path)).body).toMatchObject({ state: 'removed', policy: 'search', version: 2 });
});

test('an override that does not fit the policy that replaces its own is told as a problem', async () => {
  const app = await startAdmin({
    controllers: [ShopController],
    options: { policies: { search: { ...CODE, algorithm: 'token-bucket' } } },
  });
  const { id } = await override(app, { burst: 2 });
  const limiter = app.app.get(RateLimiter);
  limiter.removePolicy('search');
  limiter.addPolicy('search', CODE);
  await until('a problem', async () => {
    const { problem } = (await app.ask<Override>('GET', `api/overrides/${id}`)).body;
    return /burst/.test(problem ?? '');
  });
  const { code, effective, overrideId } = (await app.ask<PolicyDetail>('GET', 'api/policies/search')).body;
  expect([effective, overrideId]).toEqual([code, null]);
});

test('an override for one key holds on top of the policy that is there now', async () => {
  const app = await start();
  await override(app, { limit: 3 }, { kind: 'key', key: 'header x-user:ann' });
  const limiter = app.app.get(RateLimiter);
  limiter.removePolicy('search');
  limiter.addPolicy('search', { ...CODE, per: '1m' });
  const told = async (): Promise<string | null> => (await app.visit('search')).headers.get('ratelimit');
  await until('the window of the new policy', async () => Number(/t=(\d+)/.exec((await told()) ?? '')?.[1]) <= 60);
});

test('a policy that is added under the name of one written on a route is listed once', async () => {
  const app = await start();
  expect(await listed(app)).toEqual([
    ['search', 10],
    ['inline', 5],
  ]);
  const limiter = app.app.get(RateLimiter);
  limiter.addPolicy('inline', { limit: 9, per: '1m' });
  expect(await listed(app)).toEqual([
    ['search', 10],
    ['inline', 9],
  ]);
  limiter.removePolicy('inline');
  expect(await listed(app)).toEqual([
    ['search', 10],
    ['inline', 5],
  ]);
});
