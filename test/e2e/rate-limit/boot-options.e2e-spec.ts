import type { RateLimitStore } from 'nest-floodgate';
import { bootProblems, startLimited } from './app';

const policy = { limit: 10, per: '1m' };

const refuse = (): never => {
  throw new Error('It is never asked.');
};
const ownStore: RateLimitStore = {
  source: 'redis',
  consume: refuse,
  consumeUpTo: refuse,
  peek: refuse,
  refund: refuse,
  reset: refuse,
};

describe('an option of the module that cannot be used', () => {
  it.each<[string, string, unknown, string, string]>([
    ['an unknown one', 'polices', {}, 'RateLimitModule.forRoot.polices', 'is not an option. Did you mean "policies"?'],
    ['policies as a list', 'policies', [policy], 'policies', 'is a list. Write { aName: { limit: 100, per: "1m" } }.'],
    ['policies as text', 'policies', 'default', 'policies', 'is "default".'],
    ['a policy that is none', 'policies', { a: 5 }, 'policies.a', 'is 5. Write an object such as'],
    ['everyRoute as text', 'everyRoute', 'default', 'everyRoute', 'is "default". Write a list of policy names'],
    ['everyRoute with an unknown name', 'everyRoute', ['default', 'x'], 'everyRoute[1]', 'is "x", which is no policy.'],
    ['everyRoute with a policy in it', 'everyRoute', [policy], 'everyRoute', 'is a list. Write a list of policy names'],
    ['unmatched as text', 'unmatched', 'default', 'unmatched', 'is "default". Write a list of policy names'],
    ['unmatched with an unknown name', 'unmatched', ['x'], 'unmatched[0]', 'Registered are "default".'],
    ['an unknown header format', 'headers', 'draft-5', 'headers', '"draft-5"'],
    ['headers as true', 'headers', true, 'headers', 'is true.'],
    ['no header format', 'headers', [], 'headers', 'is an empty list.'],
    ['header formats that share a field', 'headers', ['draft-11', 'draft-7'], 'headers', '"draft-11" and "draft-7"'],
    ['an unknown body', 'response', 'html', 'response', 'is "html". Write "problem", "nest", or a function'],
    ['an unknown store', 'store', { type: 'disk' }, 'store.type', 'is "disk". Write "memory", "redis" or "throttler"'],
    ['an unknown failure mode', 'onStoreFailure', 'retry', 'onStoreFailure', 'is "retry". Write one of "local"'],
    ['a store as text', 'store', 'memory', 'store', 'is "memory". Write { type: "memory" }'],
    [
      'a store of an unknown source',
      'store',
      { ...ownStore, source: 'postgres' },
      'store.source',
      'is "postgres", which is no source of decisions. Write "memory" where its buckets are in this process, else',
    ],
    ['a store without a source', 'store', { ...ownStore, source: undefined }, 'store.source', 'is undefined, which'],
    [
      'a store that cannot give back',
      'store',
      { ...ownStore, refund: undefined },
      'store.refund',
      'is undefined, which is no function. Pass an object with every method of RateLimitStore.',
    ],
    ['no keys in the store', 'store', { type: 'memory', maxKeys: 0 }, 'store.maxKeys', 'is 0. Write a whole number'],
    ['every proxy trusted', 'trustedProxies', true, 'trustedProxies', 'is true, with which every client could choose'],
    [
      'a proxy that is no network',
      'trustedProxies',
      ['nginx'],
      'trustedProxies',
      'names "nginx", which is no network.',
    ],
    ['a proxy with too long a prefix', 'trustedProxies', '10.0.0.0/33', 'trustedProxies', 'names "10.0.0.0/33"'],
    ['half a proxy', 'trustedProxies', 1.5, 'trustedProxies', 'is 1.5.'],
    ['too short a prefix', 'ipv6Prefix', 16, 'ipv6Prefix', 'is 16. Write a whole number of bits from 32 to 128.'],
    ['a callback that is none', 'onLimited', 'log', 'onLimited', 'is "log". Write a function of the decision'],
    [
      'an option of operations that is none',
      'operations',
      { keyTxt: 1 },
      'operations.keyTxt',
      'Did you mean "keyText"?',
    ],
    ['refusals logged by word', 'operations', { logRefusals: 'lots' }, 'operations.logRefusals', 'is "lots".'],
    ['a text for keys', 'operations', { keyText: 'hidden' }, 'operations.keyText', 'Write a function of the identity.'],
    [
      'a logger without warn',
      'logger',
      { error: () => 0 },
      'logger',
      'Pass an object with the methods warn and error.',
    ],
  ])('stops the boot: %s', async (_title, name, value, path, message) => {
    const problems = await bootProblems({ options: { policies: { default: policy }, [name]: value } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path });
    expect(`${problems[0]!.problem} ${problems[0]!.remedy}`).toContain(message);
  });

  it('is told with all the others at once', async () => {
    const problems = await bootProblems({
      options: {
        policies: { a: { limit: NaN, per: '1m' }, b: { limit: 1, per: '5 parsecs' } },
        everyRoute: 'a',
        response: 'html',
        headers: 'loud',
        trustedProxies: 'everybody',
      } as never,
    });
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'everyRoute',
      'headers',
      'policies.a.limit',
      'policies.b.per',
      'response',
      'trustedProxies',
    ]);
  });
});

describe('an option of a policy that cannot be used', () => {
  it.each<[string, object, string, string]>([
    ['no limit', { per: '1m' }, 'limit', 'is missing. Write a whole number from 0 to 1000000000'],
    ['limit NaN', { limit: NaN, per: '1m' }, 'limit', 'is NaN.'],
    ['half a limit', { limit: 1.5, per: '1m' }, 'limit', 'is 1.5.'],
    ['a negative limit', { limit: -1, per: '1m' }, 'limit', 'is -1.'],
    ['an endless limit', { limit: Infinity, per: '1m' }, 'limit', 'is Infinity.'],
    ['a limit of empty text', { limit: '', per: '1m' }, 'limit', 'is "".'],
    ['no window', { limit: 1 }, 'per', 'is missing. Write milliseconds, or text such as "10s"'],
    ['a window of nothing', { limit: 1, per: 0 }, 'per', 'is 0, out of range.'],
    ['a window in parsecs', { limit: 1, per: '5 parsecs' }, 'per', 'is "5 parsecs", no duration.'],
    ['a window of 11 years', { limit: 1, per: '11y' }, 'per', 'is "11y", out of range.'],
    ['an unknown algorithm', { ...policy, algorithm: 'leaky' }, 'algorithm', 'is "leaky". Write one of'],
    ['burst on a window', { ...policy, burst: 5 }, 'burst', 'is 5, but the algorithm is "sliding-window".'],
    ['no burst', { ...policy, algorithm: 'token-bucket', burst: 0 }, 'burst', 'is 0.'],
    ['precision 1000', { ...policy, precision: 1000 }, 'precision', 'is 1000. Write a whole number from 1 to 128.'],
    ['a calendar on a sliding window', { limit: 1, per: 'month' }, 'per', 'is "month", a calendar window'],
    ['a place nowhere', { limit: 1, per: 'day', algorithm: 'fixed-window', timeZone: 'X' }, 'timeZone', 'is "X"'],
    ['a rate too fine', { limit: 1e9, per: 1000, algorithm: 'token-bucket' }, 'limit', 'would take more than 1 %'],
    ['a key that is none', { ...policy, key: 'ip' }, 'key', 'is "ip". Write a resolver such as byIp()'],
    ['an empty scope', { ...policy, scope: '' }, 'scope', 'is "".'],
    ['half a cost', { ...policy, cost: 0.5 }, 'cost', 'is 0.5.'],
    ['a cost that never fits', { ...policy, cost: 11 }, 'cost', 'more than the 10 the policy ever admits at once.'],
    ['a skip that is neither', { ...policy, skip: 'yes' }, 'skip', 'is "yes". Write true, false, or a function'],
    ['an unknown one', { ...policy, ttl: 60 }, 'ttl', 'is not an option. Known options: limit, per,'],
  ])('stops the boot: %s', async (_title, options, option, message) => {
    const problems = await bootProblems({ options: { policies: { a: options } } as never });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path: `policies.a.${option}` });
    expect(`${problems[0]!.problem} ${problems[0]!.remedy}`).toContain(message);
  });

  it.each(['', 'é', 'a\nb', 'x'.repeat(101)])('stops the boot: the name %j', async (name) => {
    const problems = await bootProblems({ options: { policies: { [name]: policy } } });
    expect(problems).toEqual([expect.objectContaining({ path: `policies.${name}` })]);
  });

  it('may be text where it is a number, as the environment has it', async () => {
    const policies = { a: { limit: '100', per: '60000', algorithm: 'token-bucket', burst: '150' } } as const;
    const app = await startLimited({ options: { policies } });
    expect(await app.limiter.peek('a', 'somebody')).toMatchObject({ limit: 150, windowSeconds: 90 });
  });
});
