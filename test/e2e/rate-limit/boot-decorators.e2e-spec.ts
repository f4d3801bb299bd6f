import { Controller, Get, type Type } from '@nestjs/common';
import { ConfigurationError, RateLimit, SkipRateLimit } from 'nest-floodgate';
import { bootProblems, startLimited } from './app';

const options = { policies: { default: { limit: 10, per: '1m' }, search: { limit: 5, per: '1m' } } };
const registered = 'Registered are "default", "search".';

function handlerWith(...decorators: MethodDecorator[]): Type {
  @Controller()
  class FilesController {
    @Get()
    list(): void {}
  }
  const { prototype } = FilesController;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'list')!;
  for (const decorator of decorators) decorator(prototype, 'list', descriptor);
  return FilesController;
}

function controllerWith(...decorators: ClassDecorator[]): Type {
  const controller = handlerWith();
  for (const decorator of decorators) decorator(controller);
  return controller;
}

describe('a decorator that cannot be used', () => {
  it.each([
    ['of a handler', handlerWith(RateLimit('serch')), '@RateLimit of FilesController.list', 'names "serch"'],
    ['of a controller', controllerWith(RateLimit('serch')), '@RateLimit of FilesController.list', 'names "serch"'],
    [
      'that a handler skips',
      handlerWith(SkipRateLimit('serch')),
      '@SkipRateLimit of FilesController.list',
      'names "serch"',
    ],
    [
      'that a controller skips',
      controllerWith(SkipRateLimit('serch')),
      '@SkipRateLimit of FilesController',
      'names "serch"',
    ],
  ])('stops the boot for an unknown name %s', async (_title, controller, path, problem) => {
    expect(await bootProblems({ controllers: [controller], options })).toEqual([
      { path, problem: `${problem}, which is no policy.`, remedy: registered },
    ]);
  });

  it('says what to do where there are no policies at all', async () => {
    expect(await bootProblems({ controllers: [handlerWith(RateLimit('search'))] })).toEqual([
      expect.objectContaining({
        remedy: 'No policy is registered: add it to "policies" of RateLimitModule.forRoot.',
      }),
    ]);
  });

  it('stops the boot for a policy that it asks for and skips', async () => {
    expect(
      await bootProblems({ controllers: [handlerWith(RateLimit('search'), SkipRateLimit('search'))], options }),
    ).toEqual([
      {
        path: '@SkipRateLimit of FilesController.list',
        problem: 'skips "search", which @RateLimit beside it asks for.',
        remedy: 'Remove one of the two.',
      },
    ]);
  });

  it.each([
    ['an option with a bad value', { limit: 0.5, per: '1m' }, 'limit', 'is 0.5.'],
    ['an option that is missing', { limit: 5 }, 'per', 'is missing.'],
    ['an option there is not', { limit: 5, per: '1m', block: '5m' }, 'block', 'is not an option.'],
    [
      'a change that does not fit',
      { name: 'search', burst: 5 },
      'burst',
      'is 5, but the algorithm is "sliding-window".',
    ],
    ['a change that changes nothing known', { name: 'serch', limit: 5 }, 'per', 'is missing.'],
  ])('stops the boot for a policy in place with %s', async (_title, policy, option, problem) => {
    expect(await bootProblems({ controllers: [handlerWith(RateLimit(policy as never))], options })).toEqual([
      expect.objectContaining({ path: `@RateLimit of FilesController.list.${option}`, problem }),
    ]);
  });

  it('tells every route that has a problem', async () => {
    @Controller()
    @RateLimit('gone')
    class OtherController {
      @Get('a')
      a(): void {}

      @Get('b')
      b(): void {}
    }
    const problems = await bootProblems({ controllers: [handlerWith(RateLimit('serch')), OtherController], options });
    expect(problems.map(({ path }) => path)).toEqual([
      '@RateLimit of FilesController.list',
      '@RateLimit of OtherController.a',
      '@RateLimit of OtherController.b',
    ]);
  });

  it.each([
    [[], 'names no policy.'],
    [[undefined], 'names undefined.'],
    [[null], 'names null.'],
    [[['search']], 'names a list.'],
    [[60], 'names 60.'],
  ])('throws where it is written for %j', (policies, problem) => {
    const write = (): unknown => RateLimit(...(policies as never[]));
    expect(write).toThrow(ConfigurationError);
    expect(write).toThrow(`@RateLimit(): ${problem} Write the name of a policy, or one in place`);
  });
});

describe('a policy that a controller defines in place', () => {
  it('may be skipped by its name', async () => {
    @Controller()
    @RateLimit({ name: 'uploads', limit: 5, per: '1m' })
    class FilesController {
      @Get()
      @SkipRateLimit('uploads')
      list(): void {}
    }
    const app = await startLimited({ controllers: [FilesController], options });
    expect((await app.client().get('/')).headers).not.toHaveProperty('ratelimit');
  });
});
