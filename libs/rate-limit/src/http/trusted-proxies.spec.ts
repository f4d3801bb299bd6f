import { Problems } from '../core/problems';
import { compileTrustedProxies, type TrustedProxies } from './trusted-proxies';

function trustOf(option: unknown) {
  const problems = new Problems();
  const trust = compileTrustedProxies(option as TrustedProxies, problems);
  return { trust, found: problems.found };
}

test.each([[undefined], [0], ['0'], [''], [' , '], [[]]])('%j trusts nobody', (option) => {
  const { trust, found } = trustOf(option);
  expect([trust.hops, trust.contains('127.0.0.1'), found]).toEqual([0, false, []]);
});

test.each([[2], ['2'], [' 2 ']])('%j trusts so many hops, whoever they are', (option) => {
  const { trust, found } = trustOf(option);
  expect([trust.hops, trust.contains('192.0.2.1'), found]).toEqual([2, true, []]);
});

test.each<[unknown, string[], string[]]>([
  ['loopback', ['127.0.0.1', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'], ['10.0.0.1', '128.0.0.1']],
  ['private', ['10.1.2.3', '172.31.0.1', '192.168.0.1', 'fd00::1'], ['127.0.0.1', '172.32.0.1', '2001:db8::1']],
  ['linklocal', ['169.254.0.1', 'fe80::1'], ['10.0.0.1']],
  ['192.0.2.0/24', ['192.0.2.255', '::ffff:192.0.2.1'], ['192.0.3.0', '2001:db8::1', 'unknown', '']],
  ['192.0.2.1', ['192.0.2.1'], ['192.0.2.2']],
  ['2001:db8::/32', ['2001:db8:1::1'], ['2001:db9::1', '192.0.2.1']],
  ['loopback, 10.0.0.0/8', ['127.0.0.1', '10.0.0.1'], ['11.0.0.1']],
  [['loopback', ' 10.0.0.0/8 '], ['127.0.0.1', '10.0.0.1'], ['11.0.0.1']],
])('%j trusts addresses', (option, inside, outside) => {
  const { trust, found } = trustOf(option);
  expect(found).toEqual([]);
  expect(trust.hops).toBe(Infinity);
  expect(inside.filter((address) => !trust.contains(address))).toEqual([]);
  expect(outside.filter((address) => trust.contains(address))).toEqual([]);
});

test.each([[true], ['true'], ['0.0.0.0/0'], ['::/0'], ['10.0.0.0/00'], ['0.0.0.0/0.0.0.0'], [['0.0.0.0/0']]])(
  '%j would trust everybody: it is refused, and the reason told',
  (option) => {
    const { trust, found } = trustOf(option);
    expect(trust.hops).toBe(0);
    expect(found).toEqual([
      {
        path: 'trustedProxies',
        problem: expect.stringContaining('every client could choose its address by sending X-Forwarded-For') as string,
        remedy: expect.stringContaining('the number of proxies in front of the application') as string,
      },
    ]);
  },
);

test.each<[unknown, string]>([
  [-1, 'is -1.'],
  [1.5, 'is 1.5.'],
  [NaN, 'is NaN.'],
  [101, 'is 101.'],
  [false, 'is false.'],
  [{}, 'is an object.'],
  ['nginx', 'names "nginx", which is no network.'],
  ['10', ''],
  ['loopback,10', 'names "10", which is no network.'],
  [[1], 'names 1, which is no network.'],
  [['toString'], 'names "toString", which is no network.'],
  ['10.0.0.0/33', 'names "10.0.0.0/33", which is no network.'],
  ['10.0.0.0/', 'names "10.0.0.0/", which is no network.'],
])('%j: %s', (option, problem) => {
  const { found } = trustOf(option);
  expect(found.map((one) => one.problem)).toEqual(problem === '' ? [] : [problem]);
});
