import { Controller, Get, type Type } from '@nestjs/common';
import { RateLimit, type RateLimitModuleOptions } from 'nest-floodgate';
import { bootProblems, remaining, startLimited } from './app';

const options: RateLimitModuleOptions = {
  policies: {
    shared: { limit: 9, per: '1m' },
    'by-route': { limit: 9, per: '1m', scope: 'route' },
    'by-controller': { limit: 9, per: '1m', scope: 'controller' },
    'by-group': { limit: 9, per: '1m', scope: 'exports' },
  },
};

/** Two controllers with two routes each, all of them limited by the same. */
function pair(decorator: ClassDecorator & MethodDecorator): Type[] {
  @Controller('one')
  class OneController {
    @Get('a')
    @decorator
    a(): void {}

    @Get('b')
    @decorator
    b(): void {}
  }

  @Controller('two')
  @decorator
  class TwoController {
    @Get('a')
    a(): void {}

    @Get('b')
    b(): void {}
  }
  return [OneController, TwoController];
}

/** What each route has left after one request to each, in order. */
async function leftAfterEach(decorator: ClassDecorator & MethodDecorator): Promise<number[]> {
  const app = await startLimited({ controllers: pair(decorator), options });
  const client = app.client();
  const left: number[] = [];
  for (const path of ['/one/a', '/one/b', '/two/a', '/two/b']) {
    left.push(...Object.values(remaining(await client.get(path))));
  }
  return left;
}

describe('the scope of a policy', () => {
  it.each([
    ['is the policy itself where it is registered', RateLimit('shared'), [8, 7, 6, 5]],
    ['may be the route', RateLimit('by-route'), [8, 8, 8, 8]],
    ['may be the controller', RateLimit('by-controller'), [8, 7, 8, 7]],
    ['may be a name', RateLimit('by-group'), [8, 7, 6, 5]],
    ['is the route where it is written in place', RateLimit({ limit: 9, per: '1m' }), [8, 8, 8, 8]],
    ['is the route where one in place has a name', RateLimit({ name: 'x', limit: 9, per: '1m' }), [8, 8, 8, 8]],
    [
      'may be the policy where one in place has a name',
      RateLimit({ name: 'x', limit: 9, per: '1m', scope: 'policy' }),
      [8, 7, 6, 5],
    ],
    [
      'may be the controller where one in place has a name',
      RateLimit({ name: 'x', limit: 9, per: '1m', scope: 'controller' }),
      [8, 7, 8, 7],
    ],
    [
      'may be a name where one in place has one',
      RateLimit({ name: 'x', limit: 9, per: '1m', scope: 'exports' }),
      [8, 7, 6, 5],
    ],
    ['is the route where a registered one is changed', RateLimit({ name: 'shared', precision: 20 }), [8, 8, 8, 8]],
    ['is the route even where the registered one says more', RateLimit({ name: 'by-group', limit: 9 }), [8, 8, 8, 8]],
  ])('%s', async (_title, decorator, left) => {
    expect(await leftAfterEach(decorator)).toEqual(left);
  });

  it('may be the controller for one without a name that stands on the controller', async () => {
    @Controller('files')
    @RateLimit({ limit: 9, per: '1m', scope: 'controller' })
    class FilesController {
      @Get('a')
      a(): void {}

      @Get('b')
      b(): void {}
    }
    const client = (await startLimited({ controllers: [FilesController], options })).client();
    expect(remaining(await client.get('/files/a'))).toEqual({ 'FilesController.a#1': 8 });
    expect(remaining(await client.get('/files/b'))).toEqual({ 'FilesController.b#1': 7 });
  });

  it.each(['policy', 'controller', 'exports'])('cannot be %j for one without a name on a handler', async (scope) => {
    @Controller()
    class FilesController {
      @Get()
      @RateLimit({ limit: 9, per: '1m', scope })
      list(): void {}
    }
    expect(await bootProblems({ controllers: [FilesController], options })).toEqual([
      {
        path: '@RateLimit of FilesController.list.scope',
        problem: `is "${scope}", but nothing else can name this policy.`,
        remedy: 'Give it a name as well: policies of one name and scope share a bucket.',
      },
    ]);
  });
});

function namesake(path: string, version?: string): Type {
  @Controller({ path, ...(version === undefined ? {} : { version }) })
  class UsersController {
    @Get()
    @RateLimit({ limit: 9, per: '1m' })
    find(): void {}

    @Get('by-controller')
    @RateLimit('by-controller')
    byController(): void {}
  }
  return UsersController;
}

describe('two controllers with the same class and method names', () => {
  it('share no bucket, neither of routes nor of controllers', async () => {
    const client = (await startLimited({ controllers: [namesake('a'), namesake('b')], options })).client();
    expect(remaining(await client.get('/a'))).toEqual({ 'UsersController(a).find#1': 8 });
    expect(remaining(await client.get('/b'))).toEqual({ 'UsersController(b).find#1': 8 });
    expect(remaining(await client.get('/a/by-controller'))).toEqual({ 'by-controller': 8 });
    expect(remaining(await client.get('/b/by-controller'))).toEqual({ 'by-controller': 8 });
  });

  it('are told apart by their version where they have the same path', async () => {
    const client = (
      await startLimited({
        controllers: [namesake('a', '1'), namesake('a', '2')],
        options,
        configure: (app) => app.enableVersioning(),
      })
    ).client();
    expect(remaining(await client.get('/v1/a'))).toEqual({ 'UsersController(1 a).find#1': 8 });
    expect(remaining(await client.get('/v2/a'))).toEqual({ 'UsersController(2 a).find#1': 8 });
  });
});
