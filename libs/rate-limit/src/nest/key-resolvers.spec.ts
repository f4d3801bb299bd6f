import { clientAt } from '../http/client';
import { byApiKey, byHeader, compose, type RateLimitKey } from './key-resolvers';
import { RateLimitContext, rawRequest } from './rate-limit-context';

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
