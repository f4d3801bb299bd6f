import { Problems } from '../core/problems';
import { PolicyRegistry } from '../engine/policy-registry';
import { countInForce } from './count-in-force';
import type { ControlDocument, EntryDocument, OverrideDocument } from './documents';

const NOW_MS = 1_000_000;

const registry = new PolicyRegistry<never>();
registry.add('search', 'search', { limit: 5, per: '1m' }, new Problems());
registry.add('trial', 'trial', { limit: 5, per: '1m', mode: 'shadow' }, new Problems());

const living = { removed: false, expiresAtMs: NOW_MS + 1 };

function override(policy: string, change: Partial<OverrideDocument> = {}): ControlDocument {
  const rule = { kind: 'override', policy, target: { kind: 'policy' }, patch: { limit: 9 } } as const;
  return { ...rule, ...living, ...change } as OverrideDocument;
}

function entry(list: 'ban' | 'allow', change: Partial<EntryDocument> = {}): ControlDocument {
  return { kind: 'entry', list, ...living, ...change } as EntryDocument;
}

/** Without what there is none of. */
function counted(documents: readonly ControlDocument[]): object {
  const { overrides, entries } = countInForce(documents, registry, NOW_MS);
  return [...overrides, ...entries].filter(({ value }) => value > 0);
}

test('overrides are counted by what they change, and the mode that results', () => {
  const documents = [
    override('search'),
    override('search', { patch: { mode: 'off' } }),
    override('search', { target: { kind: 'key', key: 'user:1' }, patch: { mode: 'shadow' } }),
    override('trial', { target: { kind: 'pattern', pattern: 'user:*' } }),
    override('of another version', { target: { kind: 'pattern', pattern: 'user:*' } }),
  ];
  expect(counted(documents)).toEqual([
    { labels: { scope: 'policy', mode: 'enforce' }, value: 1 },
    { labels: { scope: 'policy', mode: 'off' }, value: 1 },
    { labels: { scope: 'key', mode: 'shadow' }, value: 1 },
    { labels: { scope: 'pattern', mode: 'enforce' }, value: 1 },
    { labels: { scope: 'pattern', mode: 'shadow' }, value: 1 },
  ]);
});

test('what is over or taken back is not counted', () => {
  const over = { expiresAtMs: NOW_MS };
  const documents = [override('search', over), entry('ban', { removed: true }), entry('allow', { expiresAtMs: null })];
  expect(counted(documents)).toEqual([{ labels: { list: 'allow' }, value: 1 }]);
});

test('there are as many numbers, whatever there is', () => {
  const { overrides, entries } = countInForce([], registry, NOW_MS);
  expect([overrides.length, entries.length]).toEqual([9, 2]);
});
