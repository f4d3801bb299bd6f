import { Controller, Get, type Type } from '@nestjs/common';
import {
  type InlinePolicy,
  type PolicyOptions,
  RateLimit,
  type RateLimitContext,
  type RateLimitModuleOptions,
} from 'nest-floodgate';
import { type AdapterName, adapters } from '../../support/apps';
import type { Client } from '../../support/client';
import { until } from '../../support/load-until';
import { type LimitedApp, startLimited } from './app';

jest.setTimeout(30_000);

const WINDOW_S = 10;
const once: PolicyOptions<RateLimitContext> = { limit: 1, per: `${WINDOW_S}s` };
const strict = { ...once, ban: { after: 2, within: '1m', for: '1h' } };
const { ban } = strict;

type Reference = string | InlinePolicy<RateLimitContext>;

/** One route of that policy, and one that follows the registered `search`. */
function controllerOf(reference: Reference): Type {
  @Controller()
  class BanController {
    @RateLimit(reference)
    @Get('asked')
    asked(): void {}

    @RateLimit('search')
    @Get('search')
    search(): void {}
  }
  return BanController;
}

function start(
  reference: Reference,
  policies: RateLimitModuleOptions['policies'] = {},
  adapter: AdapterName = 'express',
): Promise<LimitedApp> {
  const options = { policies: { search: once, ...policies } };
  return startLimited({ controllers: [controllerOf(reference)], adapter, options });
}

/** Only a ban is longer than a window. */
const isBanned = async (client: Client, path: string): Promise<boolean> =>
  Number((await client.get(path)).headers['retry-after'] ?? 0) > WINDOW_S;

describe.each(adapters)('on %s: repeated denials become a ban', (adapter) => {
  it.each<[string, Reference]>([
    ['a policy', 'strict'],
    ['a policy that is written where it is used', strict],
    ['one of those that has a name', { name: 'own', ...strict }],
    ['a route that bans where its policy does not', { name: 'search', ban }],
  ])('by %s', async (_, reference) => {
    const app = await start(reference, reference === 'strict' ? { strict } : {}, adapter);
    const client = app.client();
    await until('a ban', () => isBanned(client, '/asked'));
    expect((await app.client().get('/asked')).status).toBe(200);
  });
});

it('where a route does not ban and its policy does, its denials make no ban', async () => {
  const app = await start({ name: 'strict', ban: false }, { strict });
  const [calm, wild] = [app.client(), app.client()];
  for (let i = 0; i < 5; i++) await calm.get('/asked');
  // Denials are counted once a poll: by the time that one client is banned, the other would be.
  await until('a ban', async () => (await app.limiter.consume('strict', wild.address)).retryAfterMs > WINDOW_S * 1_000);
  expect(await isBanned(calm, '/asked')).toBe(false);
});

it('a policy that is added later bans as well, where none did', async () => {
  const { limiter } = await start('search');
  limiter.addPolicy('late', strict);
  await until('a ban', async () => (await limiter.consume('late', 'ann')).retryAfterMs > WINDOW_S * 1_000);
  expect((await limiter.consume('late', 'bob')).allowed).toBe(true);
});
