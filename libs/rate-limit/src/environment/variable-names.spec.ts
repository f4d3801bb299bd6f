import { rateLimitOptionsFromEnv } from './rate-limit-options-from-env';
import type { Environment } from './variables';

test.each<[Environment, string]>([
  [{ REDIS_HOST: 'h:6380' }, 'REDIS_HOST: is "h:6380". Write the port as REDIS_PORT.'],
  [{ RATE_LIMIT_REDIS_HOST: 'h:6380' }, 'RATE_LIMIT_REDIS_HOST: is "h:6380". Write the port as RATE_LIMIT_REDIS_PORT.'],
  [
    { REDIS_HOST: 'h:6380', RATE_LIMIT_REDIS_PORT: '6380' },
    'REDIS_HOST: is "h:6380". Write the port as RATE_LIMIT_REDIS_PORT.',
  ],
  [{ REDIS_HOST: 'a b' }, 'REDIS_HOST: is "a b". Write a name or an address, or use REDIS_URL.'],
  [
    { RATE_LIMIT_REDIS_CLUSTER_NODES: 'a', RATE_LIMIT_REDIS_PORT: '1' },
    'RATE_LIMIT_REDIS_PORT: does not go with RATE_LIMIT_REDIS_CLUSTER_NODES. Leave it out, or RATE_LIMIT_REDIS_CLUSTER_NODES.',
  ],
  [
    { REDIS_URL: 'redis://u:p@a', RATE_LIMIT_REDIS_PASSWORD: 'q' },
    'RATE_LIMIT_REDIS_PASSWORD: is in REDIS_URL, too. Keep one of them.',
  ],
])('%j is told by the names of the variables', (environment, told) => {
  expect(() => rateLimitOptionsFromEnv(environment, { warn: () => undefined })).toThrow(told);
});
