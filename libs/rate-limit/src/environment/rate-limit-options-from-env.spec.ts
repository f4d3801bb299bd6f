import { ConfigurationError } from '../core/errors';
import { rateLimitOptionsFromEnv } from './rate-limit-options-from-env';
import type { Environment } from './variables';

function read(environment: Environment) {
  const warnings: string[] = [];
  const options = rateLimitOptionsFromEnv(environment, { warn: (message) => warnings.push(message) });
  return { ...options, warnings };
}

function problemsOf(environment: Environment): string[] {
  try {
    rateLimitOptionsFromEnv(environment, { warn: () => undefined });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ path, problem, remedy }) => `${path} ${problem} ${remedy}`);
  }
  return [];
}

const url = 'redis://user:pass@redis:6380/2';
const memory = { type: 'memory' };

describe('the store', () => {
  it.each<[string, Environment, object]>([
    ['nothing set', {}, memory],
    ['variables of others', { RATE_LIMIT_CHAT: '5', PATH: '/bin' }, memory],
    ['nothing but blanks', { REDIS_URL: '', RATE_LIMIT_REDIS_HOST: '  ', RATE_LIMIT_USE_REDIS: '' }, memory],
    ['a URL', { REDIS_URL: url }, { type: 'redis', url }],
    [
      'a URL beside its parts',
      { REDIS_URL: url, REDIS_HOST: 'a', REDIS_PORT: '1', REDIS_PASSWORD: 'b' },
      { type: 'redis', url },
    ],
    [
      'a URL, its secret apart',
      { REDIS_URL: 'redis://a', RATE_LIMIT_REDIS_PASSWORD: 'b' },
      { type: 'redis', url: 'redis://a', password: 'b' },
    ],
    ['a host', { RATE_LIMIT_REDIS_HOST: 'a' }, { type: 'redis', host: 'a' }],
    [
      'the host of the app',
      { REDIS_HOST: 'a', REDIS_PORT: '1', REDIS_PASSWORD: 'b' },
      { type: 'redis', host: 'a', port: '1', password: 'b' },
    ],
    [
      'a host of its own beside those of the app',
      {
        ...{ REDIS_URL: url, REDIS_HOST: 'app', REDIS_PORT: '1', REDIS_PASSWORD: 'app' },
        RATE_LIMIT_REDIS_HOST: 'own',
        RATE_LIMIT_REDIS_PORT: '2',
      },
      { type: 'redis', host: 'own', port: '2', password: 'app' },
    ],
    [
      'everything about one server',
      {
        RATE_LIMIT_USE_REDIS: 'true',
        RATE_LIMIT_REDIS_HOST: ' redis ',
        RATE_LIMIT_REDIS_PORT: '6380',
        RATE_LIMIT_REDIS_DB: '3',
        RATE_LIMIT_REDIS_USERNAME: 'limiter',
        RATE_LIMIT_REDIS_PASSWORD: ' with blanks ',
        RATE_LIMIT_REDIS_TLS: 'yes',
        RATE_LIMIT_REDIS_KEY_PREFIX: 'shop',
        RATE_LIMIT_REDIS_DEADLINE_MS: '50',
        RATE_LIMIT_INSTANCES: '4',
      },
      {
        ...{ type: 'redis', host: 'redis', port: '6380', db: '3', username: 'limiter', password: ' with blanks ' },
        ...{ tls: true, prefix: 'shop', deadlineMs: '50', instances: 4 },
      },
    ],
    [
      'Sentinels',
      {
        RATE_LIMIT_REDIS_SENTINELS: 'a:26379, b ,[::1]:26380,',
        RATE_LIMIT_REDIS_SENTINEL_NAME: 'main',
        RATE_LIMIT_REDIS_SENTINEL_PASSWORD: 'c',
        REDIS_PORT: '6379',
        REDIS_PASSWORD: 'd',
      },
      { type: 'redis', sentinels: ['a:26379', 'b', '[::1]:26380'], name: 'main', sentinelPassword: 'c', password: 'd' },
    ],
    ['a Cluster', { RATE_LIMIT_REDIS_CLUSTER_NODES: 'a:7000,b:7001' }, { type: 'redis', nodes: ['a:7000', 'b:7001'] }],
    [
      'the emergency switch',
      { USE_REDIS_RATE_LIMIT: 'false', RATE_LIMIT_USE_REDIS: 'true', REDIS_URL: 'nonsense' },
      memory,
    ],
    ['the usual switch', { RATE_LIMIT_USE_REDIS: 'false', REDIS_URL: url }, memory],
  ])('with %s', (_, environment, store) => {
    expect(read(environment)).toEqual({ store, warnings: [] });
  });

  it.each(['false', '0', 'no', 'off', 'FALSE', ' Off '])('takes %j as no', (value) => {
    expect(read({ REDIS_URL: url, RATE_LIMIT_USE_REDIS: value }).store).toEqual(memory);
  });

  it.each(['true', '1', 'yes', 'on', 'TRUE', ' On '])('takes %j as yes', (value) => {
    expect(read({ REDIS_URL: url, RATE_LIMIT_REDIS_TLS: value }).store).toEqual({ type: 'redis', url, tls: true });
  });

  it('reads the environment of the process', () => {
    process.env['REDIS_URL'] = url;
    try {
      expect(rateLimitOptionsFromEnv()).toEqual({ store: { type: 'redis', url } });
    } finally {
      delete process.env['REDIS_URL'];
    }
  });
});

describe('what answers without Redis', () => {
  it.each([
    ['true', 'local'],
    ['false', 'closed'],
  ])('RATE_LIMIT_FALLBACK_MEMORY=%s means %s', (value, mode) => {
    expect(read({ RATE_LIMIT_FALLBACK_MEMORY: value }).onStoreFailure).toBe(mode);
  });
});

describe('what cannot be used', () => {
  const sentinels = { RATE_LIMIT_REDIS_SENTINELS: 'a' };
  it.each<[string, Environment, RegExp[]]>([
    [
      'a Redis wanted, and none named',
      { RATE_LIMIT_USE_REDIS: 'true', REDIS_PORT: '1' },
      [/^RATE_LIMIT_USE_REDIS is true, but no variable names a Redis\. Set one of REDIS_URL, /],
    ],
    ['the same by the other name', { USE_REDIS_RATE_LIMIT: 'true' }, [/^USE_REDIS_RATE_LIMIT is true, but/]],
    ['no boolean', { RATE_LIMIT_REDIS_TLS: 'maybe' }, [/^RATE_LIMIT_REDIS_TLS is "maybe"\. Write true or false\.$/]],
    ['no count', { RATE_LIMIT_INSTANCES: '0' }, [/^RATE_LIMIT_INSTANCES is "0"\. Write a whole number from 1/]],
    [
      'words for a count',
      { RATE_LIMIT_INSTANCES: 'many' },
      [/^RATE_LIMIT_INSTANCES is "many"\. Write a whole number from 1/],
    ],
    ['no URL', { REDIS_URL: 'redis' }, [/^REDIS_URL cannot be read as a URL\./]],
    ['no port', { RATE_LIMIT_REDIS_HOST: 'a', RATE_LIMIT_REDIS_PORT: '0' }, [/^RATE_LIMIT_REDIS_PORT is "0"/]],
    ['no port of the app', { REDIS_HOST: 'a', REDIS_PORT: 'x' }, [/^REDIS_PORT is "x"/]],
    ['no deadline', { REDIS_URL: url, RATE_LIMIT_REDIS_DEADLINE_MS: '1s' }, [/^RATE_LIMIT_REDIS_DEADLINE_MS is "1s"/]],
    [
      'a prefix with braces',
      { REDIS_URL: url, RATE_LIMIT_REDIS_KEY_PREFIX: '{a}' },
      [/^RATE_LIMIT_REDIS_KEY_PREFIX is "{a}"/],
    ],
    [
      'a Sentinel that is none',
      { RATE_LIMIT_REDIS_SENTINELS: 'a,b:x', RATE_LIMIT_REDIS_SENTINEL_NAME: 'm' },
      [/^RATE_LIMIT_REDIS_SENTINELS\[1\] /],
    ],
    ['Sentinels of nobody', sentinels, [/^RATE_LIMIT_REDIS_SENTINEL_NAME is missing\./]],
    [
      'a master without Sentinels',
      { REDIS_URL: url, RATE_LIMIT_REDIS_SENTINEL_NAME: 'm' },
      [/^RATE_LIMIT_REDIS_SENTINEL_NAME does not go with REDIS_URL\. Leave it out, or REDIS_URL\./],
    ],
    [
      'a database in a Cluster',
      { RATE_LIMIT_REDIS_CLUSTER_NODES: 'a', RATE_LIMIT_REDIS_DB: '1' },
      [/^RATE_LIMIT_REDIS_DB does not go with RATE_LIMIT_REDIS_CLUSTER_NODES\./],
    ],
    [
      'no TLS on a TLS URL',
      { REDIS_URL: 'rediss://a', RATE_LIMIT_REDIS_TLS: 'false' },
      [/^RATE_LIMIT_REDIS_TLS is false, and REDIS_URL says .* leave RATE_LIMIT_REDIS_TLS out\./],
    ],
    [
      'three at once',
      { ...sentinels, RATE_LIMIT_REDIS_HOST: 'a', RATE_LIMIT_REDIS_CLUSTER_NODES: 'b' },
      [
        /^RATE_LIMIT_REDIS_SENTINELS is set, and so is RATE_LIMIT_REDIS_HOST\./,
        /^RATE_LIMIT_REDIS_CLUSTER_NODES is set, and so/,
      ],
    ],
    [
      'several variables',
      { RATE_LIMIT_FALLBACK_MEMORY: 'x', RATE_LIMIT_INSTANCES: 'y' },
      [/^RATE_LIMIT_FALLBACK_MEMORY/, /^RATE_LIMIT_INSTANCES/],
    ],
  ])('%s', (_, environment, told) => {
    const found = problemsOf(environment);
    expect(found).toHaveLength(told.length);
    for (const [index, pattern] of told.entries()) expect(found[index]).toMatch(pattern);
  });

  it.each<Environment>([
    { REDIS_URL: 'redis://:hunter2@redis:port' },
    { REDIS_URL: 'hunter2' },
    { REDIS_URL: 'redis://:hunter2@a', RATE_LIMIT_REDIS_PASSWORD: 'hunter2' },
    { RATE_LIMIT_REDIS_HOST: 'redis://:hunter2@a' },
    { RATE_LIMIT_REDIS_SENTINELS: ':hunter2@a', RATE_LIMIT_REDIS_SENTINEL_PASSWORD: 'hunter2' },
    { RATE_LIMIT_USE_REDIS: 'true', RATE_LIMIT_REDIS_PASSWORD: 'hunter2' },
  ])('keeps passwords out of the message (%#)', (environment) => {
    const found = problemsOf(environment);
    expect(found).not.toEqual([]);
    expect(found.join('\n')).not.toContain('hunter2');
  });
});
