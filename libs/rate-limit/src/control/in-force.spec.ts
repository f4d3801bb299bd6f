import type { PolicyOptions } from '../core/policy';
import { Problems } from '../core/problems';
import type { PolicyPatch } from '../engine/policy-patch';
import { PolicyRegistry } from '../engine/policy-registry';
import type { OverrideDocument, OverrideTarget } from './documents';
import { InForce } from './in-force';

const actor = { id: 'x', name: 'x' };
const CODE: PolicyOptions<never> = { limit: 10, per: '1m' };
const ANN = { kind: 'key', key: 'user:ann' } as const;

function override(id: string, patch: PolicyPatch, target: OverrideTarget = { kind: 'policy' }): OverrideDocument {
  const who = { createdBy: actor, createdAtMs: 0, changedBy: actor, changedAtMs: 0, removed: false, reason: '' };
  const about = { version: 1, expiresAtMs: null, steps: [], policy: 'search', target, patch };
  const basedOn = { algorithm: null, limit: null, per: null, burst: null, mode: null };
  return { kind: 'override', id, ...who, ...about, basedOn };
}

let registry: PolicyRegistry<never>;
let inForce: InForce;
beforeEach(() => {
  registry = new PolicyRegistry<never>();
  inForce = new InForce(registry, () => 1_000);
});

const add = (code = CODE): void => {
  registry.add('search', 'policies.search', code, new Problems());
};
const write = (): number | undefined =>
  registry.compileInline('search', '@RateLimit', CODE, new Problems())?.quota?.limit;
const limit = (): number | undefined => registry.inForceForAll('search')?.quota?.limit;

describe('an override of a policy that comes later', () => {
  const documents = [override('o-1', { limit: 2 }), override('o-2', { limit: 1 }, ANN)];

  test('holds from the first moment, whether code adds it or a route writes it', () => {
    inForce.apply(documents);
    expect([...inForce.problems.keys()]).toEqual(['o-1', 'o-2']);
    add();
    expect(limit()).toBe(2);
    expect([...inForce.problems]).toEqual([]);
    registry.remove('search');
    inForce.apply(documents);
    add({ ...CODE, per: '1h' });
    expect(limit()).toBe(2);
    expect(inForce.keys.find('search', 'user:ann')?.policy.quota?.perTicks).toBe(
      registry.find('search')?.quota?.perTicks,
    );
    registry.remove('search');
    expect(write()).toBe(2);
  });

  test('of a route is no problem any more at the next look, and those of its keys hold', () => {
    inForce.apply(documents);
    write();
    inForce.apply(documents);
    expect([...inForce.problems]).toEqual([]);
    expect(inForce.overrideOf('search')).toBe('o-1');
    expect(inForce.keys.find('search', 'user:ann')?.patch).toEqual({ limit: 1 });
  });

  test('does not hold where it was taken back meanwhile', () => {
    inForce.apply(documents);
    inForce.apply([]);
    add();
    expect(limit()).toBe(10);
  });

  test('is told as a problem where it does not fit', () => {
    const documents = [override('o-1', { burst: 2 })];
    inForce.apply(documents);
    expect(write()).toBe(10);
    inForce.apply(documents);
    expect(inForce.problems.get('o-1')).toContain('burst');
    expect(inForce.overrideOf('search')).toBeUndefined();
    add({ ...CODE, algorithm: 'token-bucket' });
    expect(registry.find('search')?.quota?.capacity).toBe(2);
  });
});

test('of two patterns as long the same one holds on every instance, in whatever order it got them', () => {
  add();
  const pattern = (id: string, text: string, createdAtMs: number): OverrideDocument => ({
    ...override(id, { limit: 3 }, { kind: 'pattern', pattern: text }),
    createdAtMs,
  });
  const [older, newer, same] = [
    pattern('o-1', 'user:a*', 1),
    pattern('o-3', 'user:*n', 2),
    pattern('o-2', 'user:*m', 2),
  ];
  const winner = (...documents: OverrideDocument[]): string | undefined => {
    const other = new InForce(registry, () => 1_000);
    other.apply(documents);
    return other.keys.find('search', documents.includes(same) ? 'user:am' : 'user:an')?.document.id;
  };
  expect([winner(older, newer), winner(newer, older)]).toEqual(['o-3', 'o-3']);
  expect([winner(older, same), winner(same, older)]).toEqual(['o-2', 'o-2']);
});
