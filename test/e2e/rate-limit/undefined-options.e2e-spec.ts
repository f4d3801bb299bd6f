import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  byHeader,
  type PolicyOptions,
  RateLimit,
  type RateLimitContext,
  RateLimitGuard,
  RateLimitModule,
  type RateLimitModuleOptions,
} from 'nest-floodgate';
import { RateLimitAdminModule, type RateLimitAdminOptions } from 'nest-floodgate/admin';
import { type RunningApp, startApp } from '../../support/apps';

/** As an app writes it that takes its options from somewhere. */
const policy: PolicyOptions<RateLimitContext> = {
  limit: 2,
  per: '1m',
  algorithm: undefined,
  burst: undefined,
  precision: undefined,
  timeZone: undefined,
  key: undefined,
  scope: undefined,
  cost: undefined,
  skip: undefined,
  mode: undefined,
  ban: undefined,
  onStoreFailure: undefined,
};
const options: RateLimitModuleOptions = {
  policies: { search: policy, tenant: { limit: 9, per: '1m', key: byHeader('x-tenant'), algorithm: 'token-bucket' } },
  everyRoute: undefined,
  unmatched: undefined,
  store: undefined,
  headers: undefined,
  trustedProxies: undefined,
  ipv6Prefix: undefined,
  logger: undefined,
  newKeys: undefined,
};
const admin: RateLimitAdminOptions = {
  path: undefined,
  guards: undefined,
  token: undefined,
  authorize: undefined,
  actor: undefined,
  redactKey: undefined,
  environment: undefined,
  http: undefined,
};

@Controller()
class Shop {
  @RateLimit('search')
  @Get('search')
  search(): string {
    return 'found';
  }

  @RateLimit({ ...policy, name: 'tenant', limit: 1, per: undefined })
  @Get('variant')
  variant(): string {
    return 'found';
  }
}

@Module({
  imports: [RateLimitModule.forRoot(options), RateLimitAdminModule.forRoot(admin)],
  controllers: [Shop],
  providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
})
class App {}

let app: RunningApp;
beforeAll(async () => {
  app = await startApp(App, 'express', { logger: false });
});
afterAll(() => app.close());

test('an option that is undefined is one that was left out', async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) statuses.push((await fetch(`${app.url}/search`)).status);
  expect(statuses).toEqual([200, 200, 429]);
  expect((await fetch(`${app.url}/_rate-limit/api/overview`)).status).toBe(200);
});

test('a route that leaves an option of a policy undefined keeps it', async () => {
  const statuses: number[] = [];
  for (const tenant of ['a', 'b', 'a']) {
    statuses.push((await fetch(`${app.url}/variant`, { headers: { 'x-tenant': tenant } })).status);
  }
  expect(statuses).toEqual([200, 200, 429]);
});
