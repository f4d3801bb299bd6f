import { EnvironmentError, readConfig } from '../../apps/sample/src/config';

function complaint(variables: Record<string, string>): string {
  try {
    readConfig(variables);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError);
    return (error as Error).message;
  }
  throw new Error('It was accepted.');
}

describe('environment of the sample', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      environment: 'development',
      logLevel: 'warn',
      limiterLogLevel: 'log',
      adapter: 'express',
      trustedProxies: [],
      shutdownDelayMs: 0,
      limits: { chat: 100, requests: 200 },
      store: { store: { type: 'memory' } },
    });
  });

  it('is read', () => {
    const variables = {
      PORT: '8080',
      NODE_ENV: 'production',
      LOG_LEVEL: 'debug',
      ADAPTER: 'fastify',
      TRUSTED_PROXIES: 'loopback, 10.0.0.0/8,2001:db8::/32 , 192.0.2.7, private',
      RATE_LIMIT_CHAT: '5',
      RATE_LIMIT_REQUESTS: '50',
      SHUTDOWN_DELAY_MS: '5000',
    };
    expect(readConfig(variables)).toEqual({
      port: 8080,
      environment: 'production',
      logLevel: 'debug',
      limiterLogLevel: 'debug',
      adapter: 'fastify',
      trustedProxies: ['loopback', '10.0.0.0/8', '2001:db8::/32', '192.0.2.7', 'private'],
      shutdownDelayMs: 5_000,
      limits: { chat: 5, requests: 50 },
      store: { store: { type: 'memory' } },
    });
  });

  it('takes a number of proxies, whose addresses change on many platforms', () => {
    expect(readConfig({ TRUSTED_PROXIES: '1' }).trustedProxies).toBe(1);
    expect(readConfig({ TRUSTED_PROXIES: ' 2 ' }).trustedProxies).toBe(2);
  });

  it('takes a variable that is set to nothing for one that is not set', () => {
    expect(readConfig({ PORT: '', TRUSTED_PROXIES: ' ', RATE_LIMIT_CHAT: '' })).toEqual(readConfig({}));
  });

  it.each([
    ['PORT', '70000', 'Write a whole number from 0 to 65535.'],
    ['PORT', '0x10', 'Write a whole number from 0 to 65535.'],
    ['NODE_ENV', 'prod', 'Write one of: development, production, test.'],
    ['LOG_LEVEL', 'info', 'Write one of: fatal, error, warn, log, debug, verbose.'],
    ['ADAPTER', 'Fastify', 'Write one of: express, fastify.'],
    ['TRUSTED_PROXIES', '10.0.0.0/33', 'Write the number of proxies, or addresses, networks such as 10.0.0.0/8,'],
    ['TRUSTED_PROXIES', 'loopback,,private', 'Write the number of proxies, or addresses, networks such as 10.0.0.0/8,'],
    ['TRUSTED_PROXIES', '0', 'Write the number of proxies, or addresses, networks such as 10.0.0.0/8,'],
    ['TRUSTED_PROXIES', '1,2', 'Write the number of proxies, or addresses, networks such as 10.0.0.0/8,'],
    ['TRUSTED_PROXIES', 'my-proxy', 'Write the number of proxies, or addresses, networks such as 10.0.0.0/8,'],
    ['RATE_LIMIT_CHAT', '0', 'Write a whole number from 1 to 1000000.'],
    ['RATE_LIMIT_CHAT', 'many', 'Write a whole number from 1 to 1000000.'],
    ['RATE_LIMIT_REQUESTS', '-1', 'Write a whole number from 1 to 1000000.'],
    ['RATE_LIMIT_REQUESTS', '1.5', 'Write a whole number from 1 to 1000000.'],
    ['SHUTDOWN_DELAY_MS', '5s', 'Write a whole number from 0 to 60000.'],
  ])('names %s=%s and says what to write', (name, value, remedy) => {
    expect(complaint({ [name]: value })).toContain(`  ${name} is "${value}". ${remedy}`);
  });

  it('names everything that is wrong at once', () => {
    const message = complaint({ PORT: 'http', ADAPTER: 'koa', RATE_LIMIT_CHAT: 'NaN' });
    expect(message.split('\n')).toEqual([
      'The environment cannot be used:',
      expect.stringContaining('PORT is "http"'),
      expect.stringContaining('ADAPTER is "koa"'),
      expect.stringContaining('RATE_LIMIT_CHAT is "NaN"'),
    ]);
  });
});
