import { Problems } from '../core/problems';
import type { Charge } from '../core/store';
import { compileNewKeys } from './new-keys-options';
import { Newcomers } from './newcomers';

const quota = { algorithm: 'fixed-window', limit: 5, capacity: 5, perTicks: 8_000_000 } as const;
const RULE = { perNetwork: 3, perInstance: 6, perMs: 1_000 };

let nowMs: number;
let crowds: (string | undefined)[];
let newcomers: Newcomers;

beforeEach(() => {
  nowMs = 0;
  crowds = [];
  newcomers = new Newcomers({ rule: RULE, onCrowd: (network) => crowds.push(network), nowMs: () => nowMs });
});

function admit(identity: string, address?: string): string {
  const charge: Charge = { bucketId: 'search\nfixed-window\n', identity, quota, cost: 1 };
  return newcomers.admit([charge], () => address)[0]!.identity;
}

describe('new keys', () => {
  test('of one network get buckets of their own up to the most; the others share one', () => {
    const found = ['a', 'b', 'c', 'd', 'e'].map((key, i) => admit(key, `192.0.2.${String(i)}`));
    expect(found).toEqual(['a', 'b', 'c', 'crowd:192.0.2.0/24', 'crowd:192.0.2.0/24']);
    expect(admit('f', '192.0.3.1')).toBe('f');
    expect(crowds).toEqual(['192.0.2.0/24']);
  });

  test('of IPv6 are those of a /48, whatever networks the client makes up in it', () => {
    const found = [1, 2, 3, 4].map((i) => admit(`k${String(i)}`, `2001:db8:1:${String(i)}::`));
    expect(found[3]).toBe('crowd:2001:db8:1::/48');
    expect(admit('k5', '2001:db8:2:1::')).toBe('k5');
  });

  test('of all networks share a few thousand buckets when there are too many in all', () => {
    for (let i = 0; i < 6; i++) expect(admit(`k${String(i)}`, `10.0.${String(i)}.1`)).toBe(`k${String(i)}`);
    const more = Array.from({ length: 10_000 }, (_, i) =>
      admit(`m${String(i)}`, `10.${String(i >> 8)}.${String(i & 255)}.1`),
    );
    expect(more.every((identity) => /^crowd:\d+$/.test(identity))).toBe(true);
    expect(new Set(more).size).toBeGreaterThan(2_000);
    expect(new Set(more).size).toBeLessThanOrEqual(4_096);
    expect(crowds).toEqual([undefined]);
  });

  test('are known while they come at least every other span, and new after that', () => {
    for (const key of ['a', 'b', 'c']) admit(key, '192.0.2.1');
    nowMs = 1_500;
    expect(['d', 'e', 'f', 'g'].map((key) => admit(key, '192.0.2.1'))).toEqual(['d', 'e', 'f', 'crowd:192.0.2.0/24']);
    expect(admit('a', '192.0.2.1')).toBe('a');
    nowMs = 3_000;
    expect(admit('a', '192.0.2.1')).toBe('a');
    nowMs = 9_000;
    for (const key of ['x', 'y', 'z']) admit(key, '192.0.2.1');
    expect(admit('a', '192.0.2.1')).toBe('crowd:192.0.2.0/24');
  });

  test('without an address are of one network', () => {
    expect(['a', 'b', 'c', 'd'].map((key) => admit(key))).toEqual(['a', 'b', 'c', 'crowd:unknown']);
  });
});

test.each([
  [{ perNetwork: 0 }, 'newKeys.perNetwork'],
  [{ perInstance: 'many' }, 'newKeys.perInstance'],
  [{ per: '1ms' }, 'newKeys.per'],
  [{ perNetworks: 5 }, 'newKeys.perNetworks'],
  ['all', 'newKeys'],
])('a wrong option stops the start: %j', (given, path) => {
  const problems = new Problems();
  compileNewKeys(given as never, problems);
  expect(problems.found.map((problem) => problem.path)).toEqual([path]);
});
