import { compilePolicy, POLICY_OPTIONS } from './compile-policy';
import { ConfigurationError } from './errors';
import type { PolicyOptions } from './policy';
import { Problems } from './problems';

type Options = Partial<Record<keyof PolicyOptions<unknown>, unknown>>;

function compile(options: Options | null | number, name = 'search') {
  const problems = new Problems();
  const policy = compilePolicy(name, 'policies.search', options as unknown as PolicyOptions<unknown>, problems);
  return { policy, told: problems.found.map(({ path, problem, remedy }) => `${path}: ${problem} ${remedy}`) };
}

describe('a good policy', () => {
  test('has its options, and defaults for the rest', () => {
    const { policy, told } = compile({ limit: 20, per: '1s' });
    expect(told).toEqual([]);
    expect(policy).toMatchObject({ name: 'search', algorithm: 'sliding-window', cost: 1, skip: false });
    expect(policy).toMatchObject({ limitOf: undefined, key: undefined, scope: undefined, quota: { limit: 20 } });
    expect(Object.isFrozen(policy)).toBe(true);
  });

  test('may have numbers as text, as they come from the environment', () => {
    const { policy } = compile({ limit: '100', per: '60000', precision: '10' });
    expect(policy?.quota).toMatchObject({ limit: 100, perTicks: 480_000_000, precision: 10 });
  });

  test('may have every option', () => {
    const options = { key: () => 'k', scope: 'team', cost: 3, skip: () => false };
    const { policy, told } = compile({ limit: 5, per: '1s', ...options });
    expect(told).toEqual([]);
    expect(policy).toMatchObject({ ...options, key: { kind: 'key', resolve: options.key } });
  });

  test('may have a key as a resolver', () => {
    const key = { kind: 'user', resolve: () => '7' };
    expect(compile({ limit: 5, per: '1s', key }).policy?.key).toBe(key);
  });

  test.each([0, 1, 1_000_000_000])('may have a limit of %d', (limit) => {
    expect(compile({ limit, per: '1s' }).policy?.quota?.limit).toBe(limit);
  });

  test('that refuses everything may still have a cost', () => {
    expect(compile({ limit: 0, per: '1s', cost: 5 }).told).toEqual([]);
  });

  test('may cost as much as its burst', () => {
    expect(compile({ limit: 2, per: '1s', algorithm: 'token-bucket', burst: 10, cost: 10 }).told).toEqual([]);
  });
});

const writeLimit = 'Write a whole number from 0 to 1000000000, or a function that returns one.';
const writeScope = 'Write "policy", "route", "controller", or a name that sharers have in common.';
const writeKey = 'Write a resolver such as byIp(), or a function.';
const writeSkip = 'Write true, false, or a function that returns one.';
const writeLess = 'Write a smaller cost, or a higher limit (of a token bucket, burst).';

test.each<[options: Options, told: string]>([
  [{ limit: undefined }, `limit: is missing. ${writeLimit}`],
  [{ limit: null }, `limit: is null. ${writeLimit}`],
  [{ limit: NaN }, `limit: is NaN. ${writeLimit}`],
  [{ limit: Infinity }, `limit: is Infinity. ${writeLimit}`],
  [{ limit: -1 }, `limit: is -1. ${writeLimit}`],
  [{ limit: 1.5 }, `limit: is 1.5. ${writeLimit}`],
  [{ limit: 1_000_000_001 }, `limit: is 1000000001. ${writeLimit}`],
  [{ limit: '' }, `limit: is "". ${writeLimit}`],
  [{ limit: 'abc' }, `limit: is "abc". ${writeLimit}`],
  [{ limit: true }, `limit: is true. ${writeLimit}`],
  [{ cost: -1 }, `cost: is -1. ${writeLimit}`],
  [{ cost: 0.5 }, `cost: is 0.5. ${writeLimit}`],
  [{ cost: NaN }, `cost: is NaN. ${writeLimit}`],
  [{ cost: 'three' }, `cost: is "three". ${writeLimit}`],
  [{ cost: 11 }, `cost: is 11, more than the 10 the policy ever admits at once. ${writeLess}`],
  [
    { algorithm: 'token-bucket', burst: 3, cost: 4 },
    `cost: is 4, more than the 3 the policy ever admits at once. ${writeLess}`,
  ],
  [{ key: 'ip' }, `key: is "ip". ${writeKey}`],
  [{ key: null }, `key: is null. ${writeKey}`],
  [{ key: {} }, `key: is an object. ${writeKey}`],
  [{ key: { resolve: () => 'k' } }, `key: is an object. ${writeKey}`],
  [{ key: { kind: '', resolve: () => 'k' } }, `key: is an object. ${writeKey}`],
  [{ scope: '' }, `scope: is "". ${writeScope}`],
  [{ scope: 3 }, `scope: is 3. ${writeScope}`],
  [{ skip: 'no' }, `skip: is "no". ${writeSkip}`],
  [{ skip: 0 }, `skip: is 0. ${writeSkip}`],
  [
    { per: '5 parsecs' },
    'per: is "5 parsecs", no duration. Write milliseconds, or text such as "10s", "15m", "1h", "7d".',
  ],
  [{ limits: 3 } as Options, 'limits: is not an option. Did you mean "limit"?'],
  [{ timezone: 'UTC' } as Options, 'timezone: is not an option. Did you mean "timeZone"?'],
  [{ ttl: 3 } as Options, `ttl: is not an option. Known options: ${POLICY_OPTIONS.join(', ')}.`],
])('%p is refused', (options, told) => {
  expect(compile({ limit: 10, per: '1s', ...options })).toEqual({
    policy: undefined,
    told: [`policies.search.${told}`],
  });
});

test.each([null, undefined, 5, 'fast', true])('%p is no policy', (options) => {
  const { policy, told } = compile(options as unknown as null);
  expect(policy).toBeUndefined();
  expect(told).toEqual([
    expect.stringMatching(/^policies\.search: is .* Write an object such as \{ limit: 100, per: "1m" \}\.$/),
  ]);
});

test.each(['', 'grün', 'a\nb', 'x'.repeat(101)])('%j is no name', (name) => {
  const { told } = compile({ limit: 1, per: '1s' }, name);
  expect(told).toEqual([expect.stringMatching(/^policies\.search: has the name .* Write 1 to 100 printable ASCII/)]);
});

test('everything that is wrong is told at once, also beside what is right', () => {
  const problems = new Problems();
  const compileInto = (name: string, options: Options) =>
    compilePolicy(name, `policies.${name}`, options as unknown as PolicyOptions<unknown>, problems);
  compileInto('a', { limit: -1, per: 0, burst: 3, scope: '', skip: 1, speed: 9 } as Options);
  const good = compileInto('b', { limit: 1, per: '1s' });
  compileInto('c', { limit: 1 });
  expect(good).toBeDefined();
  expect(problems.found.map(({ path }) => path)).toEqual([
    'policies.a.speed',
    'policies.a.burst',
    'policies.a.per',
    'policies.a.limit',
    'policies.a.scope',
    'policies.a.skip',
    'policies.c.per',
  ]);
});

describe('a limit that depends on the request', () => {
  const limitOf = () => 5;
  const dynamic = (options: Options = {}) => {
    const { policy, told } = compile({ limit: limitOf, per: '1s', ...options });
    expect(told).toEqual([]);
    return policy!;
  };

  test('has a quota only once it is known', () => {
    expect(dynamic()).toMatchObject({ quota: undefined, limitOf });
    expect(dynamic().quotaFor(5)).toMatchObject({ limit: 5, capacity: 5, perTicks: 8_000_000 });
  });

  test('is compiled once for equal limits', () => {
    const policy = dynamic();
    expect(policy.quotaFor(5)).toBe(policy.quotaFor(5));
    expect(policy.quotaFor(6)).not.toBe(policy.quotaFor(5));
  });

  test('is still right after more limits than are kept', () => {
    const policy = dynamic();
    for (let limit = 0; limit < 1_000; limit += 1) expect(policy.quotaFor(limit).limit).toBe(limit);
    expect(policy.quotaFor(3).limit).toBe(3);
  });

  test.each([NaN, -1, 1.5, Infinity, undefined, null, '', 'abc', {}])('%p is told as of this call', (limit) => {
    const quotaFor = () => dynamic().quotaFor(limit as number);
    expect(quotaFor).toThrow(ConfigurationError);
    expect(quotaFor).toThrow(/policies\.search\.limit: is .* for this call\. Write a whole number from 0/);
  });

  test('may be text', () => {
    expect(dynamic().quotaFor('7').limit).toBe(7);
  });

  test('that does not fit the rest is told too', () => {
    const policy = dynamic({ per: 1, algorithm: 'token-bucket' });
    expect(() => policy.quotaFor(1e6)).toThrow(/policies\.search\.limit: is 1000000 per 1: rounding/);
    expect(policy.quotaFor(100)).toMatchObject({ ticksPerUnit: 80 });
  });
});
