import { Controller, Get } from '@nestjs/common';
import { RateLimit, type RateLimitContext, type RateLimitModuleOptions } from 'nest-floodgate';
import { adapters } from '../../support/apps';
import { type LimitedApp, remaining, startLimited } from './app';

const seen: string[] = [];

/** Reads the address as every policy does, and keeps it. */
function note({ clientAddress }: RateLimitContext): string {
  seen.push(clientAddress);
  return clientAddress;
}

@Controller()
class RootController {
  @Get()
  @RateLimit({ name: 'noted', limit: 1000, per: '1m', key: note })
  root(): void {}
}

describe.each(adapters)('the address of a client on %s', (adapter) => {
  const start = (options: RateLimitModuleOptions): Promise<LimitedApp> =>
    startLimited({ adapter, controllers: [RootController], options });

  beforeEach(() => {
    seen.length = 0;
  });

  const peer = '127.0.0.1';
  it.each<[string, RateLimitModuleOptions['trustedProxies'], string, string]>([
    ['no proxy is trusted', undefined, '192.0.2.1', peer],
    ['no proxy is named', [], '192.0.2.1', peer],
    ['there is no proxy', 0, '192.0.2.1', peer],
    ['another network is trusted', '10.0.0.0/8', '192.0.2.1', peer],
    ['the loopback is trusted', 'loopback', '192.0.2.1', '192.0.2.1'],
    ['a list of names is trusted', ['loopback', 'private'], '192.0.2.1, 10.1.2.3', '192.0.2.1'],
    ['text with commas is trusted', 'loopback, 10.0.0.0/8', '192.0.2.1, 10.1.2.3', '192.0.2.1'],
    ['an address is trusted', ['127.0.0.1', '203.0.113.7'], '192.0.2.1, 203.0.113.7', '192.0.2.1'],
    ['one hop is trusted', 1, '192.0.2.1', '192.0.2.1'],
    ['one hop is trusted, as text', '1', '192.0.2.1', '192.0.2.1'],
    ['two hops are trusted', 2, '192.0.2.1, 203.0.113.7', '192.0.2.1'],
    ['the client invents a hop before one', 1, '198.51.100.66, 192.0.2.1', '192.0.2.1'],
    ['the client invents a hop before two', 2, '198.51.100.66, 192.0.2.1, 203.0.113.7', '192.0.2.1'],
    ['the client invents addresses', 'loopback', '198.51.100.66, 127.0.0.1, 192.0.2.1', '192.0.2.1'],
    ['the client invents a private address', ['loopback', 'private'], '10.9.9.9, 192.0.2.1', '192.0.2.1'],
    ['everybody is a proxy', 'loopback', '127.0.0.2, 127.0.0.3', '127.0.0.2'],
    ['the header is no address', 'loopback', 'unknown', peer],
    ['an address follows what is none', 'loopback', 'somebody, 192.0.2.1', '192.0.2.1'],
    ['the header is empty', 'loopback', '', peer],
    ['a proxy writes the port', 'loopback', '192.0.2.1:4711', '192.0.2.1'],
    ['IPv6 is counted by its network', 'loopback', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['IPv4 is written as IPv6', 'loopback', '::ffff:192.0.2.1', '192.0.2.1'],
  ])('where %s', async (_title, trustedProxies, forwarded, address) => {
    const app = await start({ trustedProxies: trustedProxies });
    await app.client(forwarded).get('/');
    expect(seen).toEqual([address]);
  });

  it('is the connection’s own where the header is missing', async () => {
    const app = await start({});
    await app.client(undefined).get('/');
    expect(await fetch(app.url).then(({ status }) => status)).toBe(200);
    expect(seen[1]).toBe(peer);
  });

  it('counts IPv6 by as many bits as are asked for', async () => {
    const app = await start({ ipv6Prefix: 48 });
    await app.client('2001:db8:1:2::1').get('/');
    expect(seen).toEqual(['2001:db8:1::']);
  });

  it('is one bucket for a whole network, and another for the next', async () => {
    const app = await startLimited({
      adapter,
      controllers: [RootController],
      options: { policies: { default: { limit: 10, per: '1m' } }, everyRoute: ['default'] },
    });
    expect(remaining(await app.client('2001:db8::1').get('/'))).toMatchObject({ default: 9 });
    expect(remaining(await app.client('2001:db8::ffff:1').get('/'))).toMatchObject({ default: 8 });
    expect(remaining(await app.client('2001:db8:0:1::1').get('/'))).toMatchObject({ default: 9 });
    expect(await app.limiter.peek('default', '2001:db8::2')).toMatchObject({ remaining: 8 });
  });

  it.each<[RateLimitModuleOptions['trustedProxies']]>([[undefined], [[]], [0]])(
    'is warned about once where it comes forwarded and no proxy is trusted: %j',
    async (trustedProxies) => {
      const app = await start({ trustedProxies: trustedProxies });
      await fetch(app.url);
      expect(app.log.warnings).toEqual([]);
      await app.client().get('/');
      await app.client().get('/');
      expect(app.log.warnings).toEqual([
        expect.stringMatching(/^A request came with X-Forwarded-For, but no proxy is trusted.*set "trustedProxies"/),
      ]);
    },
  );

  it('is not warned about where a proxy is trusted', async () => {
    const app = await start({ trustedProxies: '10.0.0.0/8' });
    await app.client().get('/');
    expect(app.log.warnings).toEqual([]);
  });
});
