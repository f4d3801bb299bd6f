import { Controller, Get } from '@nestjs/common';
import {
  byHeader,
  byTenant,
  byUser,
  compose,
  type KeyFunction,
  type RateLimitContext,
  type RateLimitKey,
} from 'nest-floodgate';
import { type LimitedApp, remaining, startLimited } from './app';

@Controller()
class RootController {
  @Get()
  root(): void {}
}

type Key = RateLimitKey | KeyFunction<RateLimitContext>;

const start = (key: Key, everyRoute = ['default']): Promise<LimitedApp> =>
  startLimited({
    controllers: [RootController],
    options: {
      policies: { default: { limit: 10, per: '1m', key }, address: { limit: 10, per: '1m' } },
      everyRoute,
    },
  });

const broken = (): never => {
  throw new Error('no session');
};

describe('a key that finds nobody', () => {
  it.each<[string, Key]>([
    ['a header that is missing', byHeader('x-client')],
    ['a function that returns nothing', () => undefined],
    ['a function that returns null', (() => null) as never],
    ['a function that returns empty text', () => ''],
    ['an async function that returns nothing', () => Promise.resolve(undefined)],
  ])('gives way to the address, in silence: %s', async (_title, key) => {
    const app = await start(key);
    const [here, there] = [app.client(), app.client()];
    expect(remaining(await here.get('/'))).toEqual({ default: 9 });
    expect(remaining(await here.get('/'))).toEqual({ default: 8 });
    expect(remaining(await there.get('/'))).toEqual({ default: 9 });
    expect(app.log).toMatchObject({ warnings: [], errors: [] });
  });

  it.each<[string, Key, string]>([
    ['throws', broken, 'no session.'],
    ['rejects', () => Promise.reject(new Error('no session')), 'no session.'],
    ['throws in a part of a whole', compose(byTenant(broken), byHeader('host')), 'no session.'],
    ['rejects in a part', compose(byTenant(() => Promise.reject(new Error('no session')))), 'no session.'],
    ['returns an object', (() => ({ id: 1 })) as never, 'It returned an object, which is no text.'],
    ['returns NaN', (() => NaN) as never, 'It returned NaN, which is no text.'],
  ])('gives way to the address, and is logged, where it %s', async (_title, key, message) => {
    const app = await start(key);
    const [here, there] = [app.client(), app.client()];
    expect(remaining(await here.get('/'))).toEqual({ default: 9 });
    expect(remaining(await here.get('/'))).toEqual({ default: 8 });
    expect(remaining(await there.get('/'))).toEqual({ default: 9 });
    expect(app.log.errors).toEqual([
      `The key function of policy "default" failed: ${message} The address is used instead.`,
    ]);
  });

  it('never meets another kind of key with the same value', async () => {
    const app = await start(byHeader('x-client'));
    const client = app.client('203.0.113.9');
    expect(remaining(await client.get('/'))).toEqual({ default: 9 });
    expect(remaining(await app.client().get('/', { 'x-client': '203.0.113.9' }))).toEqual({ default: 9 });
    expect(remaining(await app.client().get('/', { 'x-client': 'ip:203.0.113.9' }))).toEqual({ default: 9 });
    expect(remaining(await client.get('/'))).toEqual({ default: 8 });
  });

  it('fails for its own policy only', async () => {
    const client = (await start(broken, ['address', 'default'])).client();
    expect(remaining(await client.get('/', { 'x-client': 'a' }))).toEqual({ address: 9, default: 9 });
  });
});

describe('byUser without a user', () => {
  it('gives way to the address, and warns once', async () => {
    const app = await start(byUser());
    for (const client of [app.client(), app.client(), app.client()]) {
      expect(remaining(await client.get('/'))).toEqual({ default: 9 });
    }
    expect(app.log.warnings).toEqual([
      'Policy "default" limits by user, but a request had none, so its address was used. Where users are expected, ' +
        'let authentication run first: see "Order of guards" in docs/configuration.md.',
    ]);
  });

  it('warns as a part of a whole, too', async () => {
    const app = await start(compose(byUser(), byHeader('host')));
    await app.client().get('/');
    expect(app.log.warnings).toEqual([expect.stringContaining('limits by user')]);
  });
});
