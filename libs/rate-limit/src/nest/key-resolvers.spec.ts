import { ConfigurationError } from '../core/errors';
import { clientAt } from '../http/client';
import { byApiKey, byBody, byHeader, byParam, byQuery, compose, type RateLimitKey } from './key-resolvers';
import { RateLimitContext, rawRequest } from './rate-limit-context';

const REMEDY = 'Write a resolver such as byIp(), or a function.';
const socket = { remoteAddress: '192.0.2.1' };

function contextOf(headers: Record<string, string>, more: object = {}): RateLimitContext {
  const request = { headers, method: 'GET', url: '/', socket, ...more };
  return new RateLimitContext(request, {}, undefined, (raw) => clientAt(raw.socket?.remoteAddress ?? ''));
}

describe('byApiKey', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['the header', { 'x-api-key': 'k1' }, 'k1'],
    ['bearer credentials', { authorization: 'Bearer k2' }, 'k2'],
    ['credentials beside an empty header', { 'x-api-key': '', authorization: 'ApiKey k3' }, 'k3'],
    [
      'nothing where a made-up header stands beside credentials',
      { 'x-api-key': 'junk', authorization: 'Bearer k' },
      undefined,
    ],
    ['nothing of other schemes', { authorization: 'Basic abc' }, undefined],
  ])('finds %s', (_title, headers, key) => {
    expect(byApiKey().resolve(contextOf(headers))).toBe(key);
  });
});

describe.each([
  ['byQuery', byQuery, 'query'],
  ['byParam', byParam, 'params'],
] as const)('%s', (_title, by, part) => {
  const find = (path: string, value: unknown) => by(path).resolve(contextOf({}, { [part]: value }));

  it('looks for the whole name, and for a path', () => {
    expect(find('user.id', { 'user.id': '1' })).toBe('1');
    expect(find('user.id', { user: { id: '2' } })).toBe('2');
  });

  it('finds nothing where both are: the one that the app does not read may be made up', () => {
    expect(find('user.id', { 'user.id': '1', user: { id: '2' } })).toBeUndefined();
  });

  it('finds nothing that every object has', () => {
    for (const path of ['constructor', 'constructor.name', '__proto__', '__proto__.x', 'toString.name']) {
      expect([path, find(path, {})]).toEqual([path, undefined]);
    }
    expect(find('user.id', Object.create({ 'user.id': '1' }))).toBeUndefined();
  });

  it('finds nothing where the whole name is an object, or where nothing was sent', () => {
    expect(find('user.id', { 'user.id': { a: 1 } })).toBeUndefined();
    expect(find('user.id', undefined)).toBeUndefined();
    expect(find('user.id', null)).toBeUndefined();
  });
});

describe('byBody', () => {
  it('looks for a path only, so that a name with dots beside it changes nothing', () => {
    const body = { 'user.name': 'junk', user: { name: 'ada' } };
    expect(byBody('user.name').resolve(contextOf({}, { body }))).toBe('ada');
    expect(byBody('user.name').resolve(contextOf({}, { body: { 'user.name': 'junk' } }))).toBeUndefined();
  });
});

describe('compose', () => {
  const named = byHeader('x-name');

  it('tells lists apart whose parts hold the separator', () => {
    const pair = compose(byHeader('x-a'), byHeader('x-b'));
    const keys = [
      ['a|b', 'c'],
      ['a', 'b|c'],
      ['a\\', '|b|c'],
    ].map(([a, b]) => pair.resolve(contextOf({ 'x-a': a!, 'x-b': b! })));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('takes functions, sync and async, beside resolvers', async () => {
    const organisation = ({ request }: RateLimitContext) => request.headers['x-org'] as string | undefined;
    const context = contextOf({ 'x-name': 'ada', 'x-org': 'a|b' });
    const pair = compose(organisation, named);
    expect([pair.kind, pair.resolve(context)]).toEqual(['key+header x-name', 'a\\|b|ada']);
    await expect(compose(named, async (of) => Promise.resolve(organisation(of))).resolve(context)).resolves.toBe(
      'ada|a\\|b',
    );
  });

  it('refuses at once what is no key, and names each', () => {
    const wrong = [named, 'x-name', undefined, { kind: 'a' }] as unknown as RateLimitKey[];
    expect(() => compose(...wrong)).toThrow(
      new ConfigurationError([
        { path: 'compose(…) key 2', problem: 'is "x-name".', remedy: REMEDY },
        { path: 'compose(…) key 3', problem: 'is undefined.', remedy: REMEDY },
        { path: 'compose(…) key 4', problem: 'is an object.', remedy: REMEDY },
      ]),
    );
    expect(() => compose()).toThrow(/compose\(…\): has no keys\./);
  });

  it('lets no promise of a part go unheard when another part throws', async () => {
    const unheard = jest.fn();
    process.on('unhandledRejection', unheard);
    const rejects: RateLimitKey = { kind: 'a', resolve: () => Promise.reject(new Error('down')) };
    const throws: RateLimitKey = {
      kind: 'b',
      resolve: () => {
        throw new Error('no body');
      },
    };
    await expect(compose(rejects, named, throws).resolve(contextOf({ 'x-name': 'n' }))).rejects.toThrow(/down|no body/);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unheard);
    expect(unheard).not.toHaveBeenCalled();
  });
});

describe('the request that Node made', () => {
  it.each([
    ['the request itself on Express, even where a body parser keeps the raw body', Buffer.from('body')],
    ['the request itself without anything raw', undefined],
  ])('is %s', (_title, raw) => {
    const { request } = contextOf({}, { raw });
    expect(rawRequest(request)).toBe(request);
  });

  it('is the raw one of Fastify', () => {
    const raw = { headers: {}, socket };
    expect(rawRequest(contextOf({}, { raw }).request)).toBe(raw);
  });
});
