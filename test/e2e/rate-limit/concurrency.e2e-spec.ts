import { Controller, Get } from '@nestjs/common';
import { byHeader, RateLimit, type RateLimitModuleOptions } from 'nest-floodgate';
import { adapters } from '../../support/apps';
import { type Client, tally } from '../../support/client';
import { startLimited } from './app';

@Controller()
class RootController {
  @Get()
  root(): void {}

  @Get('both')
  @RateLimit('narrow')
  both(): void {}
}

const slowly = async <Value>(value: Value): Promise<Value> => {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
  return value;
};

const manyAtOnce = (client: Client, path = '/'): ReturnType<Client['get']>[] =>
  Array.from({ length: 300 }, () => client.get(path, { 'x-key': 'one' }));

describe.each(adapters)('of 300 requests at once on %s', (adapter) => {
  it.each<[string, NonNullable<RateLimitModuleOptions['policies']>[string]]>([
    ['a sliding window', { limit: 100, per: '1h' }],
    ['a fixed window', { limit: 100, per: '10y', algorithm: 'fixed-window' }],
    ['a token bucket', { limit: 1, per: '1h', algorithm: 'token-bucket', burst: 100 }],
    [
      'a policy of async functions',
      {
        limit: () => slowly(100),
        per: '1h',
        key: (context) => slowly(byHeader('x-key').resolve(context) as string),
        cost: () => slowly(1),
        skip: () => slowly(false),
      },
    ],
  ])('exactly 100 pass %s of 100', async (_title, policy) => {
    const app = await startLimited({
      adapter,
      controllers: [RootController],
      options: { policies: { default: policy, narrow: { limit: 1, per: '1m' } }, everyRoute: ['default'] },
    });
    expect(tally(await Promise.all(manyAtOnce(app.client())))).toEqual({ 200: 100, 429: 200 });
  });

  it('exactly 40 pass two policies of 100 and 40, and the wider has 60 left', async () => {
    const app = await startLimited({
      adapter,
      controllers: [RootController],
      options: {
        policies: { default: { limit: 100, per: '1h' }, narrow: { limit: 40, per: '1h' } },
        everyRoute: ['default'],
      },
    });
    const client = app.client();
    expect(tally(await Promise.all(manyAtOnce(client, '/both')))).toEqual({ 200: 40, 429: 260 });
    expect(await app.limiter.peek('default', client.address)).toMatchObject({ remaining: 60 });
  });
});
