import { applyDecorators, Controller, Get } from '@nestjs/common';
import { RateLimit, type RateLimitModuleOptions, SkipRateLimit } from 'nest-floodgate';
import { rateLimitFields } from '../../support/rate-limit-fields';
import { type LimitedApp, remaining, startLimited } from './app';

const Search = (): MethodDecorator & ClassDecorator => applyDecorators(RateLimit('search'), RateLimit('daily'));

@Controller('plain')
class PlainController {
  @Get()
  none(): void {}

  @Get('named')
  @RateLimit('search')
  named(): void {}

  @Get('again')
  @RateLimit('default', 'search', 'search')
  @RateLimit('search')
  again(): void {}

  @Get('stacked')
  @RateLimit('search')
  @RateLimit('daily')
  stacked(): void {}

  @Get('applied')
  @Search()
  applied(): void {}

  @Get('inline')
  @RateLimit({ limit: 3, per: '1m' }, { limit: 30, per: '1h' })
  inline(): void {}

  @Get('more')
  @RateLimit({ name: 'default', limit: 1000 })
  more(): void {}

  @Get('free')
  @RateLimit({ name: 'default', skip: true })
  free(): void {}
}

@Controller('limited')
@RateLimit('search', 'daily')
class LimitedController {
  @Get()
  own(): void {}

  @Get('replaced')
  @RateLimit('login')
  replaced(): void {}

  @Get('skipped')
  @SkipRateLimit()
  skipped(): void {}

  @Get('one-skipped')
  @SkipRateLimit('daily')
  oneSkipped(): void {}

  @Get('default-skipped')
  @SkipRateLimit('default')
  @SkipRateLimit('search')
  defaultSkipped(): void {}

  @Get('skipped-but-one')
  @SkipRateLimit()
  @RateLimit('login')
  skippedButOne(): void {}
}

@Controller('skipping')
@SkipRateLimit()
class SkippingController {
  @Get()
  nothing(): void {}

  @Get('search')
  @RateLimit('search')
  search(): void {}

  @Get('back')
  @RateLimit('default')
  back(): void {}
}

@Controller('skipping-limited')
@SkipRateLimit()
@RateLimit('search')
class SkippingLimitedController {
  @Get()
  own(): void {}
}

@Controller('skipping-by-name')
@SkipRateLimit('default')
class SkippingByNameController {
  @Get()
  rest(): void {}
}

@Controller('applied')
@Search()
class AppliedController {
  @Get()
  own(): void {}
}

const options: RateLimitModuleOptions = {
  policies: {
    default: { limit: 100, per: '1m' },
    daily: { limit: 50, per: '1d' },
    search: { limit: 20, per: '1m' },
    login: { limit: 5, per: '15m' },
    retired: { limit: 1, per: '1m', skip: true },
  },
  everyRoute: ['default', 'retired'],
};

const controllers = [
  PlainController,
  LimitedController,
  SkippingController,
  SkippingLimitedController,
  SkippingByNameController,
  AppliedController,
];

describe('the policies of a route', () => {
  let app: LimitedApp;

  beforeEach(async () => {
    app = await startLimited({ controllers, options });
  });

  it.each([
    ['are those of everyRoute', '/plain', ['default']],
    ['are those of everyRoute and its own', '/plain/named', ['default', 'search']],
    ['count once, however often they are named', '/plain/again', ['default', 'search']],
    ['add up where decorators are stacked, the upper first', '/plain/stacked', ['default', 'search', 'daily']],
    ['may come from applied decorators, the last first', '/plain/applied', ['default', 'daily', 'search']],
    [
      'may be written in place, named after the route',
      '/plain/inline',
      ['default', 'PlainController.inline#1', 'PlainController.inline#2'],
    ],
    ['come from the controller where the handler has none', '/limited', ['default', 'search', 'daily']],
    ['of a handler replace those of its controller', '/limited/replaced', ['default', 'login']],
    ['are none but the other where one of the controller is skipped', '/limited/one-skipped', ['default', 'search']],
    ['lack all that the handler skips by name', '/limited/default-skipped', ['daily']],
    ['are its own where the handler skips all others', '/limited/skipped-but-one', ['login']],
    ['are its own where the controller skips all others', '/skipping/search', ['search']],
    ['may take back what the controller skips', '/skipping/back', ['default']],
    ['are the controller’s where that skips all others', '/skipping-limited', ['search']],
    ['may be applied to a controller', '/applied', ['default', 'daily', 'search']],
  ])('%s', async (_title, path, policies) => {
    const response = await app.client().get(path);
    expect(response.status).toBe(200);
    expect(rateLimitFields(response).map(({ policy }) => policy)).toEqual(policies);
  });

  it.each([
    ['the handler skips everything', '/limited/skipped'],
    ['the controller skips everything', '/skipping'],
    ['the controller skips the only one', '/skipping-by-name'],
    ['the handler replaces the only one by one that is always skipped', '/plain/free'],
  ])('are none where %s', async (_title, path) => {
    const response = await app.client().get(path);
    expect(response.status).toBe(200);
    expect(response.headers).not.toHaveProperty('ratelimit');
  });

  it('may differ from the registered one on one route, which then has a bucket of its own', async () => {
    const client = app.client();
    expect(remaining(await client.get('/plain'))).toEqual({ default: 99 });
    const more = rateLimitFields(await client.get('/plain/more'));
    expect(more).toEqual([{ policy: 'default', quota: 1000, windowSeconds: 60, remaining: 999, nextUnitSeconds: 60 }]);
    expect(remaining(await client.get('/plain'))).toEqual({ default: 98 });
  });

  it('charge once a request where a policy is named several times', async () => {
    const client = app.client();
    expect(remaining(await client.get('/plain/again'))).toEqual({ default: 99, search: 19 });
    expect(remaining(await client.get('/plain/again'))).toEqual({ default: 98, search: 18 });
  });

  it('take nothing from any of them when one refuses', async () => {
    const client = app.client();
    for (let i = 0; i < 5; i++) await client.get('/limited/replaced');
    const refused = await client.get('/limited/replaced');
    expect(refused.status).toBe(429);
    expect(remaining(refused)).toEqual({ default: 95, login: 0 });
    expect(remaining(await client.get('/plain'))).toEqual({ default: 94 });
  });
});
