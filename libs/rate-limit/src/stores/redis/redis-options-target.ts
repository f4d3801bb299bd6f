import { parseWholeNumber, type Problems } from '../../core/problems';
import { isClusterClient, isIoredisClient } from './connection/redis-client';
import { isHost, parseAddresses, parseNatMap, parseTls, shown, withoutBrackets } from './redis-options-address';
import type { RedisStoreConfig } from './redis-options';
import type { ClientTarget, Login, RedisTarget } from './redis-options-checked';
import { parseRedisUrl } from './redis-options-url';

type Name = keyof RedisStoreConfig;

const LOGIN = ['username', 'password', 'tls'] as const satisfies readonly Name[];
const SENTINEL = ['name', 'sentinelUsername', 'sentinelPassword', 'sentinelTls'] as const satisfies readonly Name[];

/** The options that each way to name a Redis goes with. */
const WAYS = {
  url: ['db', ...LOGIN],
  host: ['port', 'db', ...LOGIN],
  sentinels: ['db', 'natMap', ...LOGIN, ...SENTINEL],
  nodes: ['natMap', ...LOGIN],
  client: ['share'],
} as const satisfies Partial<Record<Name, readonly Name[]>>;

type Way = keyof typeof WAYS;

const WHY: Partial<Record<Name, string>> = {
  db: 'A Cluster has one database only.',
  share: 'Only a client can be shared.',
};

/** Which Redis the options mean; `undefined` where they mean none or several, which is a problem. */
export function checkTarget(config: RedisStoreConfig, problems: Problems): RedisTarget | undefined {
  const ways = Object.keys(WAYS) as Way[];
  const found = ways.filter((name) => config[name] !== undefined);
  const [way] = found;
  if (way === undefined) {
    const remedy = 'Write url: "redis://localhost:6379", or one of host, sentinels, nodes and client.';
    problems.add('store', `names no Redis${'url' in config ? ' (url is undefined)' : ''}.`, remedy);
    return undefined;
  }
  if (found.length > 1) {
    problems.add('store', `has ${found.join(' and ')}.`, 'Each of them names a Redis: keep one.');
    return undefined;
  }
  const options: readonly Name[] = ways.flatMap((name) => WAYS[name] as readonly Name[]);
  const fitting: readonly Name[] = WAYS[way];
  for (const name of new Set(options)) {
    if (config[name] === undefined || fitting.includes(name)) continue;
    problems.add(`store.${name}`, `does not go with ${way}.`, WHY[name] ?? `Leave it out, or ${way}.`);
  }
  return TARGETS[way](config, problems);
}

const TARGETS: Record<Way, (config: RedisStoreConfig, problems: Problems) => RedisTarget | undefined> = {
  url(config, problems) {
    const url = parseRedisUrl('store.url', config.url, problems);
    if (url === undefined) return undefined;
    const own = loginOf(config, problems);
    for (const name of ['username', 'password'] as const) {
      if (url.login[name] === undefined || own[name] === undefined) continue;
      problems.add(`store.${name}`, 'is in the url, too.', 'Keep one of them.');
    }
    if (url.db !== undefined && config.db !== undefined) {
      problems.add('store.db', 'is in the url, too.', 'Keep one of them.');
    }
    if (url.isTls && config.tls === false) {
      problems.add('store.tls', 'is false, and the url says rediss://.', 'Write redis://, or leave tls out.');
    }
    const login = {
      username: url.login.username ?? own.username,
      password: url.login.password ?? own.password,
    };
    const tls = parseTls('store.tls', config.tls, problems) ?? (url.isTls ? {} : undefined);
    return {
      kind: 'standalone',
      host: url.host,
      port: url.port,
      login,
      db: url.db ?? databaseOf(config, problems),
      tls,
    };
  },

  host(config, problems) {
    const { host } = config;
    if (!isHost(host)) problems.add('store.host', `is ${shown(host)}.`, 'Write a name or an address, or use url.');
    else if (/^[^:]*:[^:]*$|\]:/.test(host))
      problems.add('store.host', `is ${shown(host)}.`, 'Write the port as port.');
    const port = parseWholeNumber(config.port ?? 6379, 1, 65_535);
    if (port === undefined) {
      problems.add('store.port', `is ${shown(config.port)}.`, 'Write a whole number from 1 to 65535.');
      return undefined;
    }
    const tls = parseTls('store.tls', config.tls, problems);
    const login = loginOf(config, problems);
    return {
      kind: 'standalone',
      host: withoutBrackets(host ?? ''),
      port,
      login,
      db: databaseOf(config, problems),
      tls,
    };
  },

  sentinels(config, problems) {
    const sentinels = parseAddresses('store.sentinels', config.sentinels, 26379, problems);
    const { name } = config;
    if (typeof name !== 'string' || name === '') {
      const remedy = 'Write what the Sentinels call the master, such as "mymaster".';
      problems.add('store.name', name === undefined ? 'is missing.' : `is ${shown(name)}.`, remedy);
    }
    const login = loginOf(config, problems);
    checkTexts(config, ['sentinelUsername', 'sentinelPassword'], problems);
    const sentinelLogin = loginFrom(config.sentinelUsername, config.sentinelPassword);
    const db = databaseOf(config, problems);
    const tls = parseTls('store.tls', config.tls, problems);
    const sentinelTls =
      config.sentinelTls === undefined ? tls : parseTls('store.sentinelTls', config.sentinelTls, problems);
    const natMap = parseNatMap('store.natMap', config.natMap, problems);
    if (sentinels === undefined || name === undefined) return undefined;
    return { kind: 'sentinel', sentinels, name, login, db, tls, sentinelLogin, sentinelTls, natMap };
  },

  nodes(config, problems) {
    const nodes = parseAddresses('store.nodes', config.nodes, 6379, problems);
    const login = loginOf(config, problems);
    const tls = parseTls('store.tls', config.tls, problems);
    const natMap = parseNatMap('store.natMap', config.natMap, problems);
    return nodes && { kind: 'cluster', nodes, login, tls, natMap };
  },

  client({ client, share = false }, problems) {
    if (typeof (share as unknown) !== 'boolean') {
      problems.add('store.share', `is ${shown(share)}.`, 'Write true or false.');
    }
    return clientTarget(client, share, problems);
  },
};

function clientTarget(client: unknown, share: boolean, problems: Problems): ClientTarget | undefined {
  if (!isIoredisClient(client)) {
    const remedy = 'Pass a Redis or Cluster of ioredis 5 or 6; other clients cannot be used.';
    problems.add('store.client', `is ${shown(client)}, not an ioredis client.`, remedy);
    return undefined;
  }
  if (share && client.options['enableAutoPipelining'] === true) {
    // ioredis takes the first argument of such a call for its command.
    const remedy = 'Leave out share: true, so that a duplicate without it is used.';
    problems.add('store.client', 'has enableAutoPipelining, which spoils every call.', remedy);
    return undefined;
  }
  if (isClusterClient(client) || client.options.readOnly !== true) return { kind: 'client', client, share };
  problems.add('store.client', 'is read-only.', 'Pass a client without readOnly.');
  return undefined;
}

function databaseOf({ db = 0 }: RedisStoreConfig, problems: Problems): number {
  const number = parseWholeNumber(db, 0, 1_000_000);
  if (number === undefined) problems.add('store.db', `is ${shown(db)}.`, 'Write a whole number from 0.');
  return number ?? 0;
}

function loginOf(config: RedisStoreConfig, problems: Problems): Login {
  checkTexts(config, ['username', 'password'], problems);
  return loginFrom(config.username, config.password);
}

function checkTexts(config: RedisStoreConfig, names: readonly Name[], problems: Problems): void {
  for (const name of names) {
    if (config[name] === undefined || typeof config[name] === 'string') continue;
    problems.add(`store.${name}`, 'is no text.', 'Write text, or leave it out.');
  }
}

/** What is empty is not there. */
function loginFrom(username: string | undefined, password: string | undefined): Login {
  return { username: username === '' ? undefined : username, password: password === '' ? undefined : password };
}
