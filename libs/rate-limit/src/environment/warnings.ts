import { type Environment, unknownIn, type Variables } from './variables';

/** What whoever runs the app should hear, in sentences, though it keeps nothing from starting. */
export function warningsOf(environment: Environment, variables: Variables, store: 'memory' | 'redis'): string[] {
  const unknown = unknownIn(environment).map(
    (name) => `${name} is set, but there is no such variable: it does nothing.`,
  );
  return store === 'redis' ? unknown : [...unknown, ...uncounted(variables), ...idle(variables)];
}

function uncounted({ NODE_ENV, RATE_LIMIT_INSTANCES: instances = 1 }: Variables): string[] {
  if (NODE_ENV !== 'production' || instances === 1) return [];
  return [
    `LIMITS ARE NOT SHARED: RATE_LIMIT_INSTANCES is ${instances}, but every instance counts in its own memory, so a ` +
      `client gets up to ${instances} times each limit. Set REDIS_URL (and neither RATE_LIMIT_USE_REDIS nor ` +
      'USE_REDIS_RATE_LIMIT to false) to share them.',
  ];
}

/** Settings of a Redis that nothing names: somebody expects one to be used. */
function idle(variables: Variables): string[] {
  if (variables.RATE_LIMIT_USE_REDIS === false || variables.USE_REDIS_RATE_LIMIT === false) return [];
  const names = Object.keys(variables).filter((name) => name.startsWith('RATE_LIMIT_REDIS_'));
  if (names.length === 0) return [];
  return [
    `${names.join(', ')} set, but no variable names a Redis: limits are kept in memory. Set RATE_LIMIT_REDIS_HOST.`,
  ];
}
