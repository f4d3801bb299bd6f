import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AfterAuthRateLimitGuard, byUser, RateLimit, RateLimitGuard } from 'nest-floodgate';
import { adapters } from '../../support/apps';
import { rateLimitFields } from '../../support/rate-limit-fields';
import { type AppSetup, type LimitedApp, remaining, startLimited, statuses } from './app';

/** Believes a header, which holds the user as JSON. */
@Injectable()
class AuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; user?: unknown }>();
    const user = request.headers['x-user'];
    if (user !== undefined) request.user = JSON.parse(user);
    return true;
  }
}

class HeirOfAfterAuthGuard extends AfterAuthRateLimitGuard {}

function controllerWith(...guards: Type[]): Type {
  @Controller()
  @UseGuards(...guards)
  class RootController {
    @Get()
    @RateLimit('plan')
    root(): void {}
  }
  return RootController;
}

function handlerWith(...guards: Type[]): Type {
  @Controller()
  class RootController {
    @Get()
    @RateLimit('plan')
    @UseGuards(...guards)
    root(): void {}
  }
  return RootController;
}

const policies = {
  default: { limit: 100, per: '1m' },
  plan: { limit: 10, per: '1m', key: byUser() },
};

const start = (setup: AppSetup): Promise<LimitedApp> =>
  startLimited({ options: { policies, everyRoute: ['default'] }, ...setup });

/** As queries of some databases are: to be waited for, and no `Promise`. */
const query = <Value>(value: Value) => ({ then: (take: (value: Value) => unknown) => take(value) });

const ada = { 'x-user': '{"id":"ada"}' };

describe.each(adapters)('a policy by user on %s', (adapter) => {
  it.each<[string, AppSetup]>([
    [
      'global guards with authentication first',
      { controllers: [controllerWith()], guards: [AuthGuard, RateLimitGuard] },
    ],
    [
      'global guards with authentication between two',
      { controllers: [controllerWith()], guards: [RateLimitGuard, AuthGuard, AfterAuthRateLimitGuard] },
    ],
    ['authentication on the handler', { controllers: [handlerWith(AuthGuard, AfterAuthRateLimitGuard)] }],
    ['authentication on the controller', { controllers: [controllerWith(AuthGuard, AfterAuthRateLimitGuard)] }],
    ['a guard that extends the second', { controllers: [handlerWith(AuthGuard, HeirOfAfterAuthGuard)] }],
    ['no first guard', { guards: [], controllers: [controllerWith(AuthGuard, AfterAuthRateLimitGuard)] }],
    [
      'global guards that are providers of the module',
      {
        controllers: [controllerWith()],
        guards: [],
        providers: [
          { provide: APP_GUARD, useExisting: RateLimitGuard },
          { provide: APP_GUARD, useClass: AuthGuard },
          { provide: APP_GUARD, useExisting: AfterAuthRateLimitGuard },
        ],
      },
    ],
    [
      'guards that main.ts hands over',
      {
        controllers: [controllerWith()],
        guards: [],
        configure: (app) =>
          app.useGlobalGuards(app.get(RateLimitGuard), new AuthGuard(), app.get(AfterAuthRateLimitGuard)),
      },
    ],
  ])('counts by user with %s', async (_title, setup) => {
    const app = await start({ adapter, ...setup });
    const [here, there] = [app.client(), app.client()];
    expect(remaining(await here.get('/', ada))).toEqual({ default: 99, plan: 9 });
    expect(remaining(await there.get('/', ada))).toEqual({ default: 99, plan: 8 });
    expect(remaining(await here.get('/', { 'x-user': '{"id":"bob"}' }))).toEqual({ default: 98, plan: 9 });
    expect(app.log.warnings).toEqual([]);
  });

  it('counts by address where authentication comes too late, and says so once', async () => {
    const app = await start({ adapter, controllers: [controllerWith(AuthGuard)] });
    const [here, there] = [app.client(), app.client()];
    expect(remaining(await here.get('/', ada))).toEqual({ default: 99, plan: 9 });
    expect(remaining(await there.get('/', ada))).toEqual({ default: 99, plan: 9 });
    expect(app.log.warnings).toEqual([expect.stringContaining('let authentication run first')]);
  });

  it('refuses before authentication what the address has used up', async () => {
    const app = await start({
      adapter,
      controllers: [controllerWith(AuthGuard, AfterAuthRateLimitGuard)],
      options: { policies: { ...policies, default: { limit: 1, per: '1m' } }, everyRoute: ['default'] },
    });
    const client = app.client();
    expect((await client.get('/', ada)).status).toBe(200);
    const refused = await client.get('/', { 'x-user': 'no JSON: authentication would fail' });
    expect(refused.status).toBe(429);
    expect(refused.body['violated-policies']).toEqual(['default']);
    expect(rateLimitFields(refused).map(({ policy }) => policy)).toEqual(['default']);
  });

  it('tells the policies of both guards when the second refuses', async () => {
    const app = await start({
      adapter,
      controllers: [controllerWith(AuthGuard, AfterAuthRateLimitGuard)],
      options: { policies: { ...policies, plan: { ...policies.plan, limit: 1 } }, everyRoute: ['default'] },
    });
    const client = app.client();
    await client.get('/', ada);
    const refused = await client.get('/', ada);
    expect(refused.status).toBe(429);
    expect(refused.body['violated-policies']).toEqual(['plan']);
    expect(remaining(refused)).toEqual({ default: 98, plan: 0 });
  });

  it.each<[string, string, string]>([
    ['sub', '{"sub":"ada"}', '{"sub":"bob"}'],
    ['userId', '{"userId":1}', '{"userId":2}'],
    ['username', '{"username":"ada"}', '{"username":"bob"}'],
    ['the user itself', '"ada"', '"bob"'],
    ['an id before a name', '{"id":1,"username":"x"}', '{"id":2,"username":"x"}'],
  ])('knows users by %s', async (_title, one, other) => {
    const app = await start({ adapter, controllers: [controllerWith()], guards: [AuthGuard, RateLimitGuard] });
    const client = app.client();
    expect(remaining(await client.get('/', { 'x-user': one }))).toMatchObject({ plan: 9 });
    expect(remaining(await client.get('/', { 'x-user': other }))).toMatchObject({ plan: 9 });
    expect(remaining(await app.client().get('/', { 'x-user': one }))).toMatchObject({ plan: 8 });
  });

  it.each([
    ['a function', ({ team }: { team: string }) => team],
    ['an async function', ({ team }: { team: string }) => Promise.resolve(team)],
    ['a query', ({ team }: { team: string }) => query(team)],
  ])('knows users by what %s selects', async (_title, select) => {
    const app = await start({
      adapter,
      controllers: [controllerWith()],
      guards: [AuthGuard, RateLimitGuard],
      options: { policies: { ...policies, plan: { limit: 10, per: '1m', key: byUser(select) } } },
    });
    expect(remaining(await app.client().get('/', { 'x-user': '{"id":1,"team":"red"}' }))).toEqual({ plan: 9 });
    expect(remaining(await app.client().get('/', { 'x-user': '{"id":2,"team":"red"}' }))).toEqual({ plan: 8 });
    expect(app.log.warnings).toEqual([]);
  });

  it('never takes a user for an address', async () => {
    const app = await start({ adapter, controllers: [controllerWith()], guards: [AuthGuard, RateLimitGuard] });
    const client = app.client('127.0.0.1');
    expect(remaining(await client.get('/'))).toMatchObject({ plan: 9 });
    expect(remaining(await client.get('/', { 'x-user': '"127.0.0.1"' }))).toMatchObject({ plan: 9 });
  });
});

describe.each(adapters)('a guard that is registered twice on %s', (adapter) => {
  it.each<[string, AppSetup]>([
    ['globally and on the controller', { controllers: [controllerWith(RateLimitGuard)] }],
    ['globally, twice', { controllers: [controllerWith()], guards: [RateLimitGuard, RateLimitGuard] }],
    ['as both guards', { controllers: [controllerWith(RateLimitGuard, AfterAuthRateLimitGuard)] }],
    [
      'as one object',
      {
        controllers: [controllerWith(RateLimitGuard)],
        guards: [],
        providers: [{ provide: APP_GUARD, useExisting: RateLimitGuard }],
      },
    ],
  ])('counts once: %s', async (_title, setup) => {
    const options = { policies: { ...policies, default: { limit: 3, per: '1m' } }, everyRoute: ['default'] };
    const app = await start({ adapter, ...setup, options });
    expect(await statuses(app.client(), '/', 4)).toEqual([200, 200, 200, 429]);
  });
});
