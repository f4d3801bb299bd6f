import { rateLimitOptionsFromEnv } from './rate-limit-options-from-env';
import type { Environment } from './variables';

function warningsIn(environment: Environment): string[] {
  const warnings: string[] = [];
  rateLimitOptionsFromEnv(environment, { warn: (message) => warnings.push(message) });
  return warnings;
}

const url = 'redis://redis:6380';

describe('warnings', () => {
  const fleet = { NODE_ENV: 'production', RATE_LIMIT_INSTANCES: '3' };

  it.each<[string, Environment]>([
    ['no Redis', fleet],
    ['Redis switched off', { ...fleet, REDIS_URL: url, USE_REDIS_RATE_LIMIT: 'false' }],
  ])('several instances in production with %s', (_, environment) => {
    expect(warningsIn(environment)).toEqual([
      expect.stringMatching(/^\[RateLimit\] LIMITS ARE NOT SHARED: .* up to 3 times/),
    ]);
  });

  it.each<Environment>([
    { ...fleet, REDIS_URL: url },
    { ...fleet, NODE_ENV: 'development' },
    { ...fleet, RATE_LIMIT_INSTANCES: '1' },
    { NODE_ENV: 'production' },
  ])('nothing to say (%#)', (environment) => {
    expect(warningsIn(environment)).toEqual([]);
  });

  it('a name that nobody reads', () => {
    expect(warningsIn({ REDIS_URL: url, RATE_LIMIT_REDIS_HOTS: 'a' })).toEqual([
      '[RateLimit] RATE_LIMIT_REDIS_HOTS is set, but there is no such variable: it does nothing.',
    ]);
  });

  it('settings of a Redis that nothing names', () => {
    expect(warningsIn({ RATE_LIMIT_REDIS_PORT: '6380' })).toEqual([
      expect.stringContaining('no variable names a Redis: limits are kept in memory'),
    ]);
  });
});
