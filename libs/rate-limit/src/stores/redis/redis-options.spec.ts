import { Redis } from 'ioredis';
import { Redis as Redis5 } from 'ioredis-5';
import { Problems } from '../../core/problems';
import type { RedisStoreConfig } from './redis-options';
import { checkRedisOptions } from './redis-options-check';

type Options = Omit<RedisStoreConfig, 'type'>;

const check = (options: object) => {
  const problems = new Problems();
  const checked = checkRedisOptions({ type: 'redis', ...options }, problems);
  return { checked, problems: problems.found.map(({ path, problem, remedy }) => `${path}: ${problem} ${remedy}`) };
};

const target = (options: Options) => {
  const { checked, problems } = check(options);
  expect(problems).toEqual([]);
  return checked?.target;
};

const clients: { disconnect(): void }[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});

test('a URL says where, who, which database and whether TLS', () => {
  expect(target({ url: 'rediss://app:a%23b%2Fc@redis.example:6380/3' })).toEqual({
    kind: 'standalone',
    host: 'redis.example',
    port: 6380,
    login: { username: 'app', password: 'a#b/c' },
    db: 3,
    tls: {},
  });
  expect(target({ url: 'redis://[::1]' })).toMatchObject({ host: '::1', port: 6379, db: 0, tls: undefined });
  expect(target({ url: 'redis://h', password: 'p', db: '2', tls: { ca: 'PEM' } })).toMatchObject({
    login: { password: 'p' },
    db: 2,
    tls: { ca: 'PEM' },
  });
});

test('an empty user or password is none, also beside those of a URL', () => {
  const login = { username: 'u', password: 'p' };
  expect(target({ url: 'redis://u:p@h', username: '', password: '' })).toMatchObject({ login });
  const sentinelLogin = { username: undefined, password: undefined };
  const sentinel = { sentinels: ['a'], name: 'm', sentinelUsername: '', sentinelPassword: '' };
  expect(target(sentinel)).toMatchObject({ sentinelLogin });
});

test('an IPv6 address may stand in brackets', () => {
  expect(target({ host: '[fd00::1]' })).toMatchObject({ host: 'fd00::1' });
});

test('numbers come as numbers or text, and everything has a default', () => {
  const { checked } = check({ host: 'h', port: '7000', deadlineMs: '250', instances: '4' });
  expect(checked).toMatchObject({ deadlineMs: 250, instances: 4, target: { port: 7000 } });
  expect(check({ host: 'h' }).checked).toMatchObject({
    prefix: 'rl',
    secret: undefined,
    readableKeys: false,
    deadlineMs: 100,
    instances: 1,
    failBootWithoutStore: false,
    connectionName: expect.stringMatching(/^floodgate:rl:[!-~]+$/),
  });
});

test('Sentinels and nodes are told by text or in parts', () => {
  expect(target({ sentinels: ['a', 'b:26380', '[::1]:5'], name: 'm', tls: true })).toMatchObject({
    kind: 'sentinel',
    sentinels: [
      { host: 'a', port: 26379 },
      { host: 'b', port: 26380 },
      { host: '::1', port: 5 },
    ],
    sentinelTls: {},
  });
  expect(target({ nodes: [{ host: 'a', port: '7000' }, { host: '::1' }, 'fd00::1'] })).toMatchObject({
    kind: 'cluster',
    nodes: [
      { host: 'a', port: 7000 },
      { host: '::1', port: 6379 },
      { host: 'fd00::1', port: 6379 },
    ],
  });
});

test('a client of ioredis 5 or 6 is known by what it can do', () => {
  for (const client of [new Redis({ lazyConnect: true }), new Redis5({ lazyConnect: true })]) {
    clients.push(client);
    expect(target({ client })).toEqual({ kind: 'client', client, share: false });
    expect(target({ client, share: true })).toMatchObject({ share: true });
  }
});

test('a client whose calls ioredis bundles is not shared', () => {
  const client = new Redis({ lazyConnect: true, enableAutoPipelining: true });
  clients.push(client);
  expect(target({ client })).toMatchObject({ kind: 'client' });
  const { problems } = check({ client, share: true });
  expect(problems).toEqual([expect.stringMatching(/^store\.client: has enableAutoPipelining.* Leave out share: true/)]);
});

test.each<[options: object, problem: RegExp]>([
  [{}, /^store: names no Redis\. Write url/],
  [{ url: undefined }, /^store: names no Redis \(url is undefined\)/],
  [{ url: 'redis://a', nodes: ['b'] }, /^store: has url and nodes\. .*keep one/],
  [{ url: 'redis://a', port: 1 }, /^store\.port: does not go with url/],
  [{ nodes: ['a'], db: 1 }, /^store\.db: does not go with nodes\. A Cluster has one database/],
  [{ host: 'a', share: true }, /^store\.share: does not go with host\. Only a client/],
  [{ host: 'a', name: 'm' }, /^store\.name: does not go with host/],
  [{ sentinels: ['a'] }, /^store\.name: is missing\. Write what the Sentinels call/],
  [{ sentinels: [], name: 'm' }, /^store\.sentinels: is an empty list/],
  [{ nodes: 'a:1' }, /^store\.nodes: is "a:1"\. Write a list/],
  [{ nodes: ['a:x'] }, /^store\.nodes\[0\]: has the port "x"/],
  [{ nodes: [7] }, /^store\.nodes\[0\]: is 7/],
  [{ client: {} }, /^store\.client: is an object, not an ioredis client/],
  [{ host: '' }, /^store\.host: is ""/],
  [{ host: 'redis:6379' }, /^store\.host: is "redis:6379"\. Write the port as port/],
  [{ host: '[::1]:6379' }, /^store\.host: is "\[::1\]:6379"\. Write the port as port/],
  [{ url: 'redis://h:0' }, /^store\.url: has the port 0/],
  [{ host: 'a', port: 70_000 }, /^store\.port: is 70000/],
  [{ host: 'a', db: -1 }, /^store\.db: is -1/],
  [{ host: 'a', password: 5 }, /^store\.password: is no text/],
  [{ sentinels: ['a'], name: 'm', sentinelPassword: 5 }, /^store\.sentinelPassword: is no text/],
  [{ sentinels: ['a'], name: 'm', sentinelUsername: {} }, /^store\.sentinelUsername: is no text/],
  [{ host: 'a', tls: 'yes' }, /^store\.tls: is "yes"/],
  [{ host: 'a', tls: { cert: 'PEM' } }, /^store\.tls: has only one of cert and key/],
  [{ host: 'a', tls: { caa: 'PEM' } }, /^store\.tls\.caa: is not an option/],
  [{ host: 'a', prefix: '{x}' }, /^store\.prefix: is "\{x\}"/],
  [{ host: 'a', secret: '' }, /^store\.secret: is empty/],
  [{ host: 'a', deadlineMs: 4 }, /^store\.deadlineMs: is 4\. Write a whole number from 5 to 10000/],
  [{ host: 'a', deadlineMs: '1s' }, /^store\.deadlineMs: is "1s"/],
  [{ host: 'a', instances: 0 }, /^store\.instances: is 0/],
  [{ host: 'a', readableKeys: 'no' }, /^store\.readableKeys: is "no"/],
  [{ host: 'a', failBootWithoutStore: 1 }, /^store\.failBootWithoutStore: is 1/],
  [{ host: 'a', connectionName: 'my app' }, /^store\.connectionName: is "my app"/],
  [{ host: 'a', sentinel: [] }, /^store\.sentinel: is not an option\. Did you mean "sentinels"/],
  [{ nodes: ['a'], natMap: { a: 'b' } }, /^store\.natMap: is no map/],
  [{ nodes: ['a'], natMap: { a: null } }, /^store\.natMap: is no map/],
  [{ url: 'redis://u:p@h', password: 'q' }, /^store\.password: is in the url, too/],
  [{ url: 'redis://h/1', db: 1 }, /^store\.db: is in the url, too/],
  [{ url: 'rediss://h', tls: false }, /^store\.tls: is false, and the url says rediss/],
])('%j is one problem', (options, problem) => {
  const { checked, problems } = check(options);
  expect(checked).toBeUndefined();
  expect(problems).toEqual([expect.stringMatching(problem)]);
});

test.each([
  'redis://:hidden',
  'redis://:hid#den@host',
  'redis://u:12#hidden@host',
  'redis://u:12/hidden@host',
  'redis://u:12?hidden@host',
  'http://u:hidden@host',
  'redis://u:hidden%@host',
  'redis://u:hidden@host/x',
  'redis://u:hidden@',
  'u:hidden@host:6379',
])('no part of the unusable URL %s is in its problem', (url) => {
  const { problems } = check({ url });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^store\.url: /);
  expect(problems[0]).not.toMatch(/hid|den\b/);
});

test('no password is in a problem of an address', () => {
  const { problems } = check({ nodes: ['redis://u:hidden@a:7000'] });
  expect(problems).toEqual([expect.stringContaining('store.nodes[0]: is text with an @.')]);
});
