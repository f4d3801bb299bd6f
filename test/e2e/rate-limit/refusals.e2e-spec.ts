import { type ArgumentsHost, Catch, Controller, type ExceptionFilter, Get } from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import {
  decisionOf,
  MemoryStore,
  RateLimit,
  RateLimitExceededException,
  type RateLimitModuleOptions,
} from 'nest-floodgate';
import { FakeClock } from 'nest-floodgate/testing';
import { adapters } from '../../support/apps';
import { type AppSetup, type LimitedApp, startLimited } from './app';

@Controller()
class RootController {
  @Get()
  @RateLimit('hourly', 'once')
  root(): void {}

  @Get('impossible')
  @RateLimit({ name: 'big', limit: 5, per: '1m', cost: () => 6 })
  impossible(): void {}
}

interface Sending {
  status(code: number): { send(body: unknown): void };
}

const policies = { hourly: { limit: 100, per: '1h' }, once: { limit: 1, per: '90s' } };

@Catch(RateLimitExceededException)
class OwnFilter implements ExceptionFilter<RateLimitExceededException> {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(exception: RateLimitExceededException, context: ArgumentsHost): void {
    const { decision } = exception;
    const { policies: asked, policy, outcome, retryAfterMs } = decision;
    const body = { names: asked.map((each) => each.policy), policy, outcome, retryAfterMs };
    this.host.httpAdapter.reply(context.switchToHttp().getResponse(), body, exception.getStatus());
  }
}

describe.each(adapters)('a request that is refused on %s', (adapter) => {
  const start = (options: RateLimitModuleOptions = {}, setup: AppSetup = {}): Promise<LimitedApp> =>
    startLimited({
      adapter,
      controllers: [RootController],
      options: { policies, store: new MemoryStore({ clock: new FakeClock() }), ...options },
      ...setup,
    });

  async function refused(app: LimitedApp) {
    const client = app.client();
    expect((await client.get('/')).status).toBe(200);
    const response = await client.get('/');
    expect(response.status).toBe(429);
    expect(response.headers['retry-after']).toBe('90');
    return { type: String(response.headers['content-type']).split(';')[0], body: response.body as unknown };
  }

  const problem = {
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: expect.any(String),
    status: 429,
    detail: expect.stringContaining('"once"'),
    'violated-policies': ['once'],
    retryAfter: 90,
  };

  it.each([undefined, 'problem'] as const)('is answered with a problem (response: %s)', async (response) => {
    const answer = await refused(await start(response === undefined ? {} : { response }));
    expect(answer).toEqual({ type: 'application/problem+json', body: problem });
  });

  it('may be answered in the shape of Nest', async () => {
    expect(await refused(await start({ response: 'nest' }))).toEqual({
      type: 'application/json',
      body: { statusCode: 429, message: problem.detail, error: problem.title },
    });
  });

  it('may be answered with what a function returns', async () => {
    const response: RateLimitModuleOptions['response'] = ({ policy, retryAfterMs }, { request, clientAddress }) => ({
      policy,
      retryAfterMs,
      path: request.url,
      clientAddress,
    });
    expect(await refused(await start({ response }))).toEqual({
      type: 'application/json',
      body: { policy: 'once', retryAfterMs: 90_000, path: '/', clientAddress: expect.stringMatching(/^198\.18\./) },
    });
    expect(await refused(await start({ response: () => 'Slow down.' }))).toMatchObject({
      body: { statusCode: 429, message: 'Slow down.' },
    });
  });

  it.each<[string, () => unknown]>([
    ['throws', () => JSON.parse('{') as unknown],
    ['returns nothing', () => undefined],
    ['returns a number', () => 429],
    ['returns a promise', () => Promise.resolve({ sorry: true })],
    ['returns a promise that rejects', () => Promise.reject(new Error('The database is away.'))],
    ['returns what is no promise, but can be waited for', () => ({ then: () => undefined })],
  ])('is answered with a problem where the function %s, and harms nobody else', async (_title, response) => {
    const unheard = jest.fn();
    process.on('unhandledRejection', unheard);
    const app = await start({ response: response as never });
    expect(await refused(app)).toEqual({ type: 'application/problem+json', body: problem });
    expect(app.log.errors).toEqual([expect.stringMatching(/^The response function failed: .* A problem is sent/)]);
    process.off('unhandledRejection', unheard);
    expect(unheard).not.toHaveBeenCalled();
  });

  it('is told that waiting will not help where the cost can never fit', async () => {
    const { status, body, headers } = await (await start()).client().get('/impossible');
    expect(status).toBe(429);
    expect(body).toMatchObject({
      detail: expect.stringMatching(/"big" never admits more than 5 at once\. Waiting will not help\.$/),
      'violated-policies': ['big'],
    });
    expect(body).not.toHaveProperty('retryAfter');
    expect(headers).not.toHaveProperty('retry-after');
  });

  it('names every policy that refuses, and waits for the last of them', async () => {
    const app = await start({ policies: { ...policies, hourly: { limit: 1, per: '1h' } } });
    const client = app.client();
    await client.get('/');
    expect((await client.get('/')).body).toMatchObject({ 'violated-policies': ['hourly', 'once'], retryAfter: 3600 });
  });

  it('can be answered by a filter, which knows the decision', async () => {
    const app = await start({}, { providers: [{ provide: APP_FILTER, useClass: OwnFilter }] });
    expect(await refused(app)).toEqual({
      type: 'application/json',
      body: { names: ['hourly', 'once'], policy: 'once', outcome: 'denied', retryAfterMs: 90_000 },
    });
  });

  it('is a problem too where a filter sends the body by itself, and has no frames to collect', async () => {
    const seen: RateLimitExceededException[] = [];
    @Catch(RateLimitExceededException)
    class SendingFilter implements ExceptionFilter<RateLimitExceededException> {
      catch(exception: RateLimitExceededException, host: ArgumentsHost): void {
        seen.push(exception);
        const response = host.switchToHttp().getResponse<Sending>();
        response.status(429).send(exception.getResponse());
      }
    }
    const before = Error.stackTraceLimit;
    expect(await refused(await start({}, { providers: [{ provide: APP_FILTER, useClass: SendingFilter }] }))).toEqual({
      type: 'application/problem+json',
      body: problem,
    });
    expect(seen.map(({ stack }) => stack)).toEqual(['RateLimitExceededException: Rate Limit Exceeded Exception']);
    expect(Error.stackTraceLimit).toBe(before);
  });

  it('never reaches the handler', async () => {
    let calls = 0;
    @Controller()
    class CountingController {
      @Get()
      @RateLimit('once')
      count(): void {
        calls++;
      }
    }
    await refused(await start({}, { controllers: [CountingController] }));
    expect(calls).toBe(1);
  });

  it('leaves its decision on the request, as those that pass do', async () => {
    const seen: unknown[] = [];
    @Catch()
    class NotingFilter implements ExceptionFilter {
      catch(_exception: unknown, host: ArgumentsHost): void {
        const http = host.switchToHttp();
        seen.push(decisionOf(http.getRequest())?.policies.map(({ policy, remaining }) => ({ policy, remaining })));
        app.app.get(HttpAdapterHost).httpAdapter.reply(http.getResponse(), {}, 429);
      }
    }
    const app = await start({}, { providers: [{ provide: APP_FILTER, useClass: NotingFilter }] });
    await refused(app);
    expect(seen).toEqual([
      [
        { policy: 'hourly', remaining: 99 },
        { policy: 'once', remaining: 0 },
      ],
    ]);
  });
});
