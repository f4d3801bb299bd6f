import type { EntryDocument, EntryTarget } from './documents';
import { ListRules } from './list-rules';

const nobody = { id: 'x', name: 'x' };
function entry(
  id: string,
  list: 'ban' | 'allow',
  target: EntryTarget,
  expiresAtMs: number | null = null,
): EntryDocument {
  const who = { createdBy: nobody, createdAtMs: 0, changedBy: nobody, changedAtMs: 0, removed: false, reason: '' };
  const kind = { kind: 'entry', origin: 'operator', policy: null, offences: 0, lengthMs: 0, version: 1 } as const;
  return { ...kind, ...who, id, list, target, expiresAtMs };
}
const range = (cidr: string) => ({ kind: 'cidr', cidr }) as const;
const address = (text: string) => ({ kind: 'address', address: text }) as const;
const key = (text: string) => ({ kind: 'key', key: text }) as const;
const judge = (entries: EntryDocument[], from: string, ...identities: string[]) =>
  new ListRules(entries, undefined, () => 1_000).judge(() => from, identities);

describe('lists', () => {
  test('allow beats ban, however exact the ban is', () => {
    const entries = [entry('b', 'ban', key('user:1')), entry('a', 'allow', range('192.0.2.0/24'))];
    expect(judge(entries, '192.0.2.1', 'user:1')).toEqual({ list: 'allow' });
    expect(judge(entries, '192.0.3.1', 'user:1')).toMatchObject({ list: 'ban', entryId: 'b', identity: 'user:1' });
  });

  test('of several bans the one that lasts longest is told', () => {
    const entries = [entry('short', 'ban', key('user:1'), 3_000), entry('long', 'ban', address('192.0.2.1'), 9_000)];
    expect(judge(entries, '192.0.2.1', 'user:1')).toMatchObject({ entryId: 'long', remainingMs: 8_000 });
    const endless = [...entries, entry('endless', 'ban', range('192.0.0.0/16'))];
    expect(judge(endless, '192.0.2.1', 'user:1')).toMatchObject({ entryId: 'endless', remainingMs: Infinity });
  });

  test('what is over counts no more, at that very millisecond', () => {
    expect(judge([entry('b', 'ban', key('user:1'), 1_000)], '192.0.2.1', 'user:1')).toBeUndefined();
    expect(judge([entry('b', 'ban', key('user:1'), 1_001)], '192.0.2.1', 'user:1')).toBeDefined();
  });

  test('a ban of one address, by which IPv6 clients are known, concerns its whole network and no other', () => {
    // The limiter knows IPv6 clients by the first address of their /64.
    const entries = [entry('b', 'ban', range('2001:db8:1:2::/64'))];
    expect(judge(entries, '2001:db8:1:2::', 'ip:2001:db8:1:2::')).toBeDefined();
    expect(judge(entries, '2001:db8:1:3::', 'ip:2001:db8:1:3::')).toBeUndefined();
  });

  test('an address in the identity is enough where a call has none of its own', () => {
    expect(judge([entry('b', 'ban', range('192.0.2.0/24'))], 'unknown', 'ip:192.0.2.9')).toBeDefined();
  });
});
