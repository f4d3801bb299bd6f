import { Controller, Get, Post } from '@nestjs/common';
import {
  byApiKey,
  byBody,
  byCookie,
  byHeader,
  byIp,
  byParam,
  byQuery,
  byTenant,
  compose,
  type KeyFunction,
  type RateLimitContext,
  type RateLimitKey,
} from 'nest-floodgate';
import { adapters } from '../../support/apps';
import type { Client } from '../../support/client';
import { type LimitedApp, remaining, startLimited } from './app';

@Controller()
class RootController {
  @Get()
  root(): void {}

  @Post()
  post(): void {}

  @Get('of/:name')
  of(): void {}
}

type Key = RateLimitKey | KeyFunction<RateLimitContext>;
type Request = readonly [path: string, headers?: Readonly<Record<string, string>>, body?: object];

const header =
  (name: string): KeyFunction<RateLimitContext> =>
  ({ request }) =>
    request.headers[name] as string | undefined;

/** How `key` tells one client's requests from another's. */
const cases: readonly (readonly [title: string, key: Key, ada: Request, bob: Request])[] = [
  ['byHeader', byHeader('X-Client'), ['/', { 'x-client': 'ada' }], ['/', { 'x-client': 'bob' }]],
  ['byApiKey, in its header', byApiKey(), ['/', { 'x-api-key': 'ada' }], ['/', { 'x-api-key': 'bob' }]],
  ['byApiKey, as a bearer', byApiKey(), ['/', { authorization: 'Bearer ada' }], ['/', { authorization: 'bearer bob' }]],
  ['byApiKey, by its scheme', byApiKey(), ['/', { authorization: 'ApiKey a' }], ['/', { authorization: 'ApiKey b' }]],
  ['byTenant', byTenant(), ['/', { 'x-tenant-id': 'ada' }], ['/', { 'x-tenant-id': 'bob' }]],
  ['byTenant, of another header', byTenant('x-org'), ['/', { 'x-org': 'ada' }], ['/', { 'x-org': 'bob' }]],
  [
    'byTenant, by a function',
    byTenant(({ request }) => /^(\w+)\.example$/.exec(request.headers.host ?? '')?.[1]),
    ['/', { host: 'ada.example' }],
    ['/', { host: 'bob.example' }],
  ],
  [
    'byTenant, by an async function',
    byTenant(async (context) => Promise.resolve(header('x-org')(context))),
    ['/', { 'x-org': 'ada' }],
    ['/', { 'x-org': 'bob' }],
  ],
  ['byCookie', byCookie('sid'), ['/', { cookie: 'a=1; sid=ada' }], ['/', { cookie: 'sid=bob; a=1' }]],
  ['byQuery', byQuery('name'), ['/?name=ada'], ['/?name=bob']],
  ['byQuery, of a name with dots', byQuery('user.name'), ['/?user.name=ada'], ['/?user.name=bob']],
  ['byParam', byParam('name'), ['/of/ada'], ['/of/bob']],
  ['byBody', byBody('user.name'), ['/', {}, { user: { name: 'ada' } }], ['/', {}, { user: { name: 'bob' } }]],
  ['byBody, a number', byBody('id'), ['/', {}, { id: 1 }], ['/', {}, { id: 2 }]],
  [
    'compose',
    compose(byHeader('x-org'), byQuery('name')),
    ['/?name=ada', { 'x-org': 'x' }],
    ['/?name=bob', { 'x-org': 'x' }],
  ],
  [
    'compose, of a function',
    compose(header('x-org'), byQuery('name')),
    ['/?name=ada', { 'x-org': 'x' }],
    ['/?name=bob', { 'x-org': 'x' }],
  ],
  ['a function', header('x-client'), ['/', { 'x-client': 'ada' }], ['/', { 'x-client': 'bob' }]],
  [
    'an async function',
    async (context) => Promise.resolve(header('x-client')(context)),
    ['/', { 'x-client': 'ada' }],
    ['/', { 'x-client': 'bob' }],
  ],
  [
    'a function that returns a number',
    (({ request }: RateLimitContext) => Number(request.headers['x-id'])) as never,
    ['/', { 'x-id': '1' }],
    ['/', { 'x-id': '2' }],
  ],
];

async function left(client: Client, [path, headers, body]: Request): Promise<number | undefined> {
  const response = await (body === undefined ? client.get(path, headers) : client.post(path, body, headers));
  return remaining(response)['default'];
}

describe.each(adapters)('a key on %s', (adapter) => {
  const start = (key: Key): Promise<LimitedApp> =>
    startLimited({
      adapter,
      controllers: [RootController],
      options: { policies: { default: { limit: 10, per: '1m', key } }, everyRoute: ['default'] },
    });

  it.each(cases)('%s tells clients apart, wherever they come from', async (_title, key, ada, bob) => {
    const app = await start(key);
    const [here, there] = [app.client(), app.client()];
    expect(await left(here, ada)).toBe(9);
    expect(await left(there, ada)).toBe(8);
    expect(await left(here, bob)).toBe(9);
    expect(await left(here, ['/'])).toBe(9);
    expect(await left(here, ['/'])).toBe(8);
    expect(await left(there, ['/'])).toBe(9);
  });

  it('byIp tells clients apart', async () => {
    const app = await start(byIp());
    const [here, there] = [app.client(), app.client()];
    expect([await left(here, ['/']), await left(here, ['/']), await left(there, ['/'])]).toEqual([9, 8, 9]);
  });

  it('compose tells apart what would be the same text', async () => {
    const client = (await start(compose(byHeader('x-a'), byHeader('x-b')))).client();
    expect(await left(client, ['/', { 'x-a': 'a|b', 'x-b': 'c' }])).toBe(9);
    expect(await left(client, ['/', { 'x-a': 'a', 'x-b': 'b|c' }])).toBe(9);
    expect(await left(client, ['/', { 'x-a': 'a\\', 'x-b': 'b|c' }])).toBe(9);
  });

  it('compose is its parts, escaped and joined, in a call by code', async () => {
    const app = await start(compose(byHeader('x-a'), header('x-b')));
    expect(await left(app.client(), ['/', { 'x-a': 'a|b', 'x-b': 'c\\' }])).toBe(9);
    expect((await app.limiter.consume('default', 'a\\|b|c\\\\')).remaining).toBe(8);
  });

  it('compose falls back to the address where one part is missing', async () => {
    const app = await start(compose(byHeader('x-a'), byHeader('x-b')));
    const [here, there] = [app.client(), app.client()];
    expect(await left(here, ['/', { 'x-a': 'a' }])).toBe(9);
    expect(await left(here, ['/', { 'x-b': 'b' }])).toBe(8);
    expect(await left(there, ['/', { 'x-a': 'a' }])).toBe(9);
  });

  it('byBody, byQuery and byParam find nothing in objects and in what every object has', async () => {
    const client = (await start(byBody('user'))).client();
    expect(await left(client, ['/', {}, { user: { name: 'ada' } }])).toBe(9);
    expect(await left(client, ['/', {}, { user: ['bob'] }])).toBe(8);
    const inherited = (await start(byQuery('constructor.name'))).client();
    expect(await left(inherited, ['/?constructor=x'])).toBe(9);
    expect(await left(inherited, ['/'])).toBe(8);
  });

  it('may be as long as it likes: long ones differ still', async () => {
    const client = (await start(byHeader('x-client'))).client();
    expect(await left(client, ['/', { 'x-client': `${'x'.repeat(5000)}1` }])).toBe(9);
    expect(await left(client, ['/', { 'x-client': `${'x'.repeat(5000)}2` }])).toBe(9);
    expect(await left(client, ['/', { 'x-client': `${'x'.repeat(5000)}1` }])).toBe(8);
  });
});
