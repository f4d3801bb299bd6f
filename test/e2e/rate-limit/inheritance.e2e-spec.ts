import { Controller, Get } from '@nestjs/common';
import { RateLimit, SkipRateLimit } from 'nest-floodgate';
import { type LimitedApp, remaining, startLimited } from './app';

@RateLimit('base')
abstract class CrudController {
  @Get()
  list(): void {}

  @Get('search')
  @RateLimit({ limit: 10, per: '1m' })
  search(): void {}

  @Get('export')
  @RateLimit('export')
  export(): void {}

  @Get('free')
  @SkipRateLimit()
  free(): void {}
}

@Controller('cats')
class CatsController extends CrudController {}

@Controller('dogs')
@RateLimit('dogs')
class DogsController extends CrudController {}

@Controller('fish')
class FishController extends CrudController {
  @Get('search')
  override search(): void {}

  @Get('export')
  @RateLimit('base')
  override export(): void {}
}

@SkipRateLimit('base')
abstract class QuietController {
  @Get()
  list(): void {}
}

@Controller('quiet')
class VeryQuietController extends QuietController {}

const options = {
  policies: {
    base: { limit: 20, per: '1m' },
    dogs: { limit: 30, per: '1m' },
    export: { limit: 5, per: '1m' },
  },
};

describe('a controller that extends another', () => {
  let app: LimitedApp;

  beforeEach(async () => {
    app = await startLimited({ controllers: [CatsController, DogsController, FishController], options });
  });

  it('inherits the policies of the class it extends', async () => {
    expect(remaining(await app.client().get('/cats'))).toEqual({ base: 19 });
  });

  it('replaces them by its own', async () => {
    expect(remaining(await app.client().get('/dogs'))).toEqual({ dogs: 29 });
  });

  it('inherits the policies of methods', async () => {
    expect(remaining(await app.client().get('/cats/export'))).toEqual({ export: 4 });
    expect((await app.client().get('/cats/free')).headers).not.toHaveProperty('ratelimit');
  });

  it('leaves those of a method behind when it overrides the method', async () => {
    expect(remaining(await app.client().get('/fish/search'))).toEqual({ base: 19 });
    expect(remaining(await app.client().get('/fish/export'))).toEqual({ base: 19 });
  });

  it('shares no bucket of an inline policy with another heir of the same method', async () => {
    const client = app.client();
    expect(remaining(await client.get('/cats/search'))).toEqual({ 'CatsController.search#1': 9 });
    expect(remaining(await client.get('/dogs/search'))).toEqual({ 'DogsController.search#1': 9 });
    expect(remaining(await client.get('/cats/search'))).toEqual({ 'CatsController.search#1': 8 });
  });

  it('shares the bucket of a named policy with every other', async () => {
    const client = app.client();
    expect(remaining(await client.get('/cats'))).toEqual({ base: 19 });
    expect(remaining(await client.get('/fish/search'))).toEqual({ base: 18 });
  });

  it('inherits skips', async () => {
    const quiet = await startLimited({
      controllers: [VeryQuietController],
      options: { ...options, everyRoute: ['base', 'dogs'] },
    });
    expect(remaining(await quiet.client().get('/quiet'))).toEqual({ dogs: 29 });
  });
});
