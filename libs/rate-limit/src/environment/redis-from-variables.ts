import { Problems } from '../core/problems';
import type { RedisStoreConfig } from '../stores/redis/redis-options';
import { checkRedisOptions } from '../stores/redis/redis-options-check';
import type { Variables } from './variables';

type Name = keyof Variables;

/** A way to name a Redis: the option, and the variable that has it. */
type Address = readonly [option: 'url' | 'host' | 'sentinels' | 'nodes', variable: Name];

/** Variables for this limiter alone. They win over those that a whole app shares. */
const OWN_ADDRESSES: readonly Address[] = [
  ['host', 'RATE_LIMIT_REDIS_HOST'],
  ['sentinels', 'RATE_LIMIT_REDIS_SENTINELS'],
  ['nodes', 'RATE_LIMIT_REDIS_CLUSTER_NODES'],
];

const SHARED_ADDRESSES: readonly Address[] = [
  ['url', 'REDIS_URL'],
  ['host', 'REDIS_HOST'],
];

export const ADDRESS_VARIABLES = [...SHARED_ADDRESSES, ...OWN_ADDRESSES].map(([, variable]) => variable);

const OTHERS = {
  port: 'RATE_LIMIT_REDIS_PORT',
  db: 'RATE_LIMIT_REDIS_DB',
  username: 'RATE_LIMIT_REDIS_USERNAME',
  password: 'RATE_LIMIT_REDIS_PASSWORD',
  tls: 'RATE_LIMIT_REDIS_TLS',
  name: 'RATE_LIMIT_REDIS_SENTINEL_NAME',
  sentinelPassword: 'RATE_LIMIT_REDIS_SENTINEL_PASSWORD',
  prefix: 'RATE_LIMIT_REDIS_KEY_PREFIX',
  deadlineMs: 'RATE_LIMIT_REDIS_DEADLINE_MS',
  instances: 'RATE_LIMIT_INSTANCES',
} as const satisfies Partial<Record<keyof RedisStoreConfig, Name>>;

/** The Redis that the variables name: `undefined` where they name none, or where a problem was added. */
export function redisFromVariables(variables: Variables, problems: Problems): RedisStoreConfig | undefined {
  const own = OWN_ADDRESSES.filter(([, variable]) => variables[variable] !== undefined);
  const [address] = [...own, ...SHARED_ADDRESSES.filter(([, variable]) => variables[variable] !== undefined)];
  if (address === undefined) return undefined;
  const [, ...more] = own;
  for (const [, variable] of more) {
    problems.add(variable, `is set, and so is ${address[1]}.`, 'Each of them names a Redis: keep one.');
  }
  if (more.length > 0) return undefined;
  const names = variablesFor(address, variables);
  const options = [...names].map(([option, name]) => [option, variables[name]]);
  const config = { type: 'redis', ...Object.fromEntries(options) } as RedisStoreConfig;
  return check(config, address, names, problems) ? config : undefined;
}

/** The variable behind each option. */
function variablesFor([way, variable]: Address, variables: Variables): Map<string, Name> {
  const names = new Map<string, Name>([[way, variable]]);
  for (const [option, name] of Object.entries(OTHERS)) if (variables[name] !== undefined) names.set(option, name);
  // A URL says everything itself; platforms often set its parts beside it.
  const shared: [string, Name][] = [];
  if (way === 'host') shared.push(['port', 'REDIS_PORT']);
  if (way !== 'url') shared.push(['password', 'REDIS_PASSWORD']);
  for (const [option, name] of shared) if (!names.has(option) && variables[name] !== undefined) names.set(option, name);
  return names;
}

/** Where the store's own check speaks of another option. */
const OPTION = /\b(go with |or |use |as |leave |the (?=url))(url|host|port|sentinels|nodes|tls)\b/g;

/** The store's own check, telling what it finds by the variables' names. */
function check(
  config: RedisStoreConfig,
  [, address]: Address,
  names: ReadonlyMap<string, Name>,
  problems: Problems,
): boolean {
  const found = new Problems();
  checkRedisOptions(config, found);
  const variableOf = (option: string): Name =>
    names.get(option) ??
    (option === 'port' && address === 'REDIS_HOST' ? 'REDIS_PORT' : (OTHERS as Record<string, Name>)[option]) ??
    'REDIS_URL';
  const told = (text: string): string =>
    text.replace(OPTION, (_, before: string, option: string) => (before === 'the ' ? '' : before) + variableOf(option));
  for (const { path, problem, remedy } of found.found) {
    const [, option = '', rest = ''] = /^store\.(\w+)(.*)$/.exec(path) ?? [];
    problems.add(`${variableOf(option)}${rest}`, told(problem), told(remedy));
  }
  return found.found.length === 0;
}
