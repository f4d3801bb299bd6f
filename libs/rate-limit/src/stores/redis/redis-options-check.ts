import { hostname } from 'node:os';
import { parseWholeNumber, type Problems } from '../../core/problems';
import { shown } from './redis-options-address';
import { REDIS_STORE_OPTIONS, type RedisStoreConfig } from './redis-options';
import type { CheckedRedisOptions } from './redis-options-checked';
import { checkTarget } from './redis-options-target';

const PREFIX = /^[\w.:/-]{1,64}$/;

/** Checks `store: { type: 'redis', … }`. `undefined` where it is of no use, which is a problem by then. */
export function checkRedisOptions(config: RedisStoreConfig, problems: Problems): CheckedRedisOptions | undefined {
  const before = problems.found.length;
  problems.rejectUnknown('store', config, REDIS_STORE_OPTIONS);
  const target = checkTarget(config, problems);
  const number = (name: 'deadlineMs' | 'instances', least: number, most: number, otherwise: number): number => {
    const value = config[name] ?? otherwise;
    const parsed = parseWholeNumber(value, least, most);
    if (parsed !== undefined) return parsed;
    problems.add(`store.${name}`, `is ${shown(value)}.`, `Write a whole number from ${least} to ${most}.`);
    return otherwise;
  };
  const flag = (name: 'readableKeys' | 'failBootWithoutStore'): boolean => {
    const value = config[name] ?? false;
    if (typeof value !== 'boolean') problems.add(`store.${name}`, `is ${shown(value)}.`, 'Write true or false.');
    return value;
  };
  const checked = {
    prefix: checkPrefix(config.prefix, problems),
    secret: checkSecret(config.secret, problems),
    readableKeys: flag('readableKeys'),
    deadlineMs: number('deadlineMs', 5, 10_000, 100),
    instances: number('instances', 1, 1_000_000, 1),
    failBootWithoutStore: flag('failBootWithoutStore'),
    connectionName: '',
  };
  const connectionName = checkConnectionName(config.connectionName, checked.prefix, problems);
  if (target === undefined || problems.found.length > before) return undefined;
  return { ...checked, target, connectionName };
}

function checkPrefix(prefix: unknown, problems: Problems): string {
  if (prefix === undefined) return 'rl';
  if (typeof prefix === 'string' && PREFIX.test(prefix)) return prefix;
  // Braces would decide the slot of every key in a Cluster, and the others are patterns in commands and ACL rules.
  problems.add('store.prefix', `is ${shown(prefix)}.`, 'Write up to 64 of A-Z, a-z, 0-9 and _ . : / -');
  return 'rl';
}

function checkSecret(secret: unknown, problems: Problems): string | undefined {
  if (secret === undefined || (typeof secret === 'string' && secret !== '')) return secret;
  const found = secret === '' ? 'empty' : 'no text';
  problems.add('store.secret', `is ${found}.`, 'Write a text that is the same in every process, or leave it out.');
  return undefined;
}

function checkConnectionName(name: unknown, prefix: string, problems: Problems): string {
  // Redis takes printable characters only, and no spaces.
  if (name === undefined) return `floodgate:${prefix}:${hostname()}`.replace(/[^!-~]/g, '-');
  if (typeof name === 'string' && /^[!-~]{1,128}$/.test(name)) return name;
  problems.add('store.connectionName', `is ${shown(name)}.`, 'Write up to 128 printable characters without spaces.');
  return '';
}
