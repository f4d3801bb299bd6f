import { concerned } from './concerned';
import type { ControlDocument } from './documents';

const record = (identity: string, banId?: string, policy = 'search') => ({ policy, identity, banId });
const LATER = Date.now() + 60_000;
const about = { id: 'd', version: 1, reason: 'a test', removed: false, expiresAtMs: LATER };
const entry = (change: object): ControlDocument =>
  ({ ...about, kind: 'entry', list: 'ban', target: { kind: 'key', key: 'ip:192.0.2.7' }, ...change }) as never;
const override = (target: object, change = {}): ControlDocument =>
  ({ ...about, kind: 'override', policy: 'search', target, ...change }) as never;

const all = [
  record('ip:192.0.2.7'),
  record('ip:192.0.2.8', 'd'),
  record('ip:192.0.2.9', 'another'),
  record('user:acme-1'),
  record('user:acme-2', undefined, 'login'),
];
const whom = (document: ControlDocument) => all.filter(concerned([document])).map(({ identity }) => identity);

it.each([
  ['a ban, those that it refused', entry({ version: 2 }), ['ip:192.0.2.8']],
  ['a ban that was removed, the same', entry({ version: 2, removed: true }), ['ip:192.0.2.8']],
  ['an allow entry, those that it covers', entry({ list: 'allow' }), ['ip:192.0.2.7']],
  [
    'an allow entry of a range, banned or not',
    entry({ list: 'allow', target: { kind: 'cidr', cidr: '192.0.2.8/31' } }),
    ['ip:192.0.2.8', 'ip:192.0.2.9'],
  ],
  ['an allow entry that was removed, nobody', entry({ list: 'allow', removed: true }), []],
  ['a change of a policy, those that it refuses', override({ kind: 'policy' }), ['ip:192.0.2.7', 'user:acme-1']],
  [
    'one that was taken back, the same',
    override({ kind: 'policy' }, { removed: true }),
    ['ip:192.0.2.7', 'user:acme-1'],
  ],
  ['a change for a key, that key', override({ kind: 'key', key: 'user:acme-1' }), ['user:acme-1']],
  ['a change for a pattern, those that fit', override({ kind: 'pattern', pattern: 'user:*' }), ['user:acme-1']],
  ['a recording, nobody', { ...about, kind: 'recording' } as never, []],
])('of those who are blocked concerned by %s', (_, document, identities) => {
  expect(whom(document)).toEqual(identities);
});
