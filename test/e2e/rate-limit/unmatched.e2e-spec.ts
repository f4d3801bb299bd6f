import {
  Controller,
  Get,
  type INestApplication,
  Module,
  type OnModuleInit,
  Post,
  RequestMethod,
  VersioningType,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { RateLimiter, SkipRateLimit } from 'nest-floodgate';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { adapters } from '../../support/apps';
import { rateLimitFields, violatedPolicies } from '../../support/rate-limit-fields';
import { type AppSetup, type LimitedApp, remaining, startLimited, statuses } from './app';

@Controller()
@SkipRateLimit()
class RootController {
  @Get('found')
  found(): void {}

  @Get('things/:id')
  thing(): void {}

  @Post('found')
  create(): void {}
}

@Controller({ path: 'things', version: '1' })
@SkipRateLimit()
class VersionedController {
  @Get()
  list(): void {}
}

/** Serves a file as @nestjs/serve-static does: from when it starts on, by the framework itself. */
@Module({})
class FilesModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const { httpAdapter } = this.host;
    if (httpAdapter.getType() === 'fastify') {
      httpAdapter.getInstance<FastifyInstance>().get('/app.js', () => Promise.resolve('a file'));
    } else {
      httpAdapter.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
        if (request.url === '/app.js') response.end('a file');
        else next();
      });
    }
  }
}

interface FastifyInstance {
  get(path: string, handler: () => Promise<string>): void;
}

const options = {
  policies: { unknown: { limit: 3, per: '1m' }, default: { limit: 100, per: '1m' } },
  everyRoute: ['default'],
  unmatched: ['unknown'],
};

describe.each(adapters)('requests that no handler matches on %s', (adapter) => {
  const start = (setup: AppSetup = {}): Promise<LimitedApp> =>
    startLimited({ adapter, controllers: [RootController, VersionedController], options, ...setup });

  it('are limited', async () => {
    const client = (await start()).client();
    expect(await statuses(client, '/wp-login.php', 3)).toEqual([404, 404, 404]);
    const refused = await client.get('/.env');
    expect(violatedPolicies(refused)).toEqual(['unknown']);
  });

  it('tell what remains in the same fields', async () => {
    const response = await (await start()).client().get('/nowhere');
    expect(response.status).toBe(404);
    expect(response.body).toMatchObject({ statusCode: 404 });
    expect(rateLimitFields(response)).toEqual([
      { policy: 'unknown', quota: 3, windowSeconds: 60, remaining: 2, nextUnitSeconds: 60 },
    ]);
  });

  it('are counted apart from those that match, which go on', async () => {
    const client = (await start()).client();
    expect(await statuses(client, '/nowhere', 4)).toEqual([404, 404, 404, 429]);
    expect(await statuses(client, '/found', 5)).toEqual([200, 200, 200, 200, 200]);
    expect((await client.get('/things/7')).status).toBe(200);
    expect((await client.post('/found')).status).toBe(201);
    expect((await client.get('/found')).headers).not.toHaveProperty('ratelimit');
  });

  it('are those of another method or a path too long, too', async () => {
    const client = (await start()).client();
    expect((await client.post('/things/7')).status).toBe(404);
    expect((await client.get('/found/further')).status).toBe(404);
    expect(remaining(await client.get('/nowhere'))).toEqual({ unknown: 0 });
    expect((await client.post('/things/7')).status).toBe(429);
  });

  it('are counted for each client', async () => {
    const app = await start();
    expect(await statuses(app.client(), '/nowhere', 4)).toEqual([404, 404, 404, 429]);
    expect((await app.client().get('/nowhere')).status).toBe(404);
  });

  it.each<[string, (app: INestApplication) => unknown, string]>([
    ['a global prefix', (app) => app.setGlobalPrefix('api'), '/api/found'],
    [
      'a global prefix with exceptions',
      (app) => app.setGlobalPrefix('api', { exclude: [{ path: 'found', method: RequestMethod.ALL }] }),
      '/found',
    ],
    ['versions in the path', (app) => app.enableVersioning(), '/v1/things'],
  ])('are told apart with %s', async (_title, configure, path) => {
    const client = (await start({ configure })).client();
    expect(await statuses(client, '/nowhere', 4)).toEqual([404, 404, 404, 429]);
    expect(await statuses(client, '/api/nowhere', 1)).toEqual([429]);
    expect(await statuses(client, path, 4)).toEqual([200, 200, 200, 200]);
  });

  it('are told apart with versions in a header', async () => {
    const configure = (app: INestApplication): unknown =>
      app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' });
    const client = (await start({ configure })).client();
    for (let i = 0; i < 3; i++) expect((await client.get('/things', { 'x-version': '9' })).status).toBe(404);
    expect((await client.get('/things', { 'x-version': '9' })).status).toBe(429);
    expect((await client.get('/things', { 'x-version': '1' })).status).toBe(200);
  });

  it('are told apart from files that a module serves without a handler', async () => {
    const client = (await start({ imports: [FilesModule] })).client();
    expect(await statuses(client, '/nowhere', 4)).toEqual([404, 404, 404, 429]);
    const file = await client.get('/app.js');
    expect(file).toMatchObject({ status: 200, text: 'a file' });
    expect(file.headers).not.toHaveProperty('ratelimit');
  });

  it('may share a policy with those that match', async () => {
    @Controller()
    class LimitedController {
      @Get('found')
      found(): void {}
    }
    const client = (
      await start({ controllers: [LimitedController], options: { ...options, unmatched: ['default'] } })
    ).client();
    expect(remaining(await client.get('/found'))).toEqual({ default: 99 });
    expect(remaining(await client.get('/nowhere'))).toEqual({ default: 98 });
  });

  it('are not limited unless it is asked for', async () => {
    const client = (await start({ options: { ...options, unmatched: [] } })).client();
    expect(await statuses(client, '/nowhere', 5)).toEqual([404, 404, 404, 404, 404]);
    expect((await client.get('/nowhere')).headers).not.toHaveProperty('ratelimit');
  });

  it('are no longer limited by a policy that is taken away', async () => {
    const app = await start();
    expect(await statuses(app.client(), '/nowhere', 1)).toEqual([404]);
    app.app.get(RateLimiter).removePolicy('unknown');
    expect(await statuses(app.client(), '/nowhere', 5)).toEqual([404, 404, 404, 404, 404]);
  });
});
