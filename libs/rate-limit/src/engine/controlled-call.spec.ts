import type { Policy, PolicyOptions } from '../core/policy';
import { Problems } from '../core/problems';
import type { Charge } from '../core/store';
import { controlled } from './controlled-call';
import type { PolicyPatch } from './policy-patch';
import { PolicyRegistry } from './policy-registry';
import { trialsOf } from './shadow-charges';

type Named = Record<string, PolicyOptions<undefined>>;

/** A registry with these policies, and this change of the first. */
function registryOf(policies: Named, patch: PolicyPatch): PolicyRegistry<undefined> {
  const registry = new PolicyRegistry<undefined>();
  for (const [name, options] of Object.entries(policies)) registry.add(name, name, options, new Problems());
  expect(registry.override(Object.keys(policies)[0]!, patch)).toEqual([]);
  return registry;
}

const usesOf = (registry: PolicyRegistry<undefined>) => registry.names.map((name) => registry.get(name));

const chargesOf = (uses: readonly { policy: Policy<undefined>; bucketId: string }[], limit = 1): Charge[] =>
  uses.map(({ policy, bucketId }) => ({
    ...{ bucketId, identity: 'ip:192.0.2.1', cost: 1 },
    quota: policy.quota ?? policy.quotaFor(limit),
  }));

const TRIAL = { limit: 3, mode: 'shadow' } as const;
const noAddress = (): undefined => undefined;

describe('a limit that is tried out in shadow', () => {
  test('is asked in a bucket of its own, beside the limit in force', () => {
    const uses = usesOf(registryOf({ other: { limit: 9, per: '1m' } }, TRIAL));
    const call = controlled(undefined, uses, chargesOf(uses), noAddress);
    expect(call.charges).toMatchObject([{ bucketId: 'other\nsliding-window\n', quota: { limit: 9 } }]);
    expect(call.trials).toMatchObject([
      { policy: 'other', beside: 0, charge: { bucketId: 'other\nsliding-window\n\ntrial', quota: { limit: 3 } } },
    ]);
    expect(call.shadows).toEqual([]);
  });

  test('takes the place of the limit where the policy is in shadow by code', () => {
    const uses = usesOf(registryOf({ other: { limit: 9, per: '1m', mode: 'shadow' } }, TRIAL));
    const call = controlled(undefined, uses, chargesOf(uses), noAddress);
    expect([call.charges, call.trials]).toEqual([[], []]);
    expect(call.shadows).toMatchObject([{ policy: 'other', charge: { quota: { limit: 3 } } }]);
  });

  test('is not tried on a call that passes a limit of its own', () => {
    const uses = usesOf(registryOf({ other: { limit: 9, per: '1m' } }, TRIAL));
    const passed = chargesOf(uses).map((charge) => ({ ...charge, quota: uses[0]!.policy.quotaFor(50) }));
    expect(controlled(undefined, uses, passed, noAddress)).toMatchObject({ charges: passed, trials: [] });
  });

  test('takes the limit of the request where only the window changes', () => {
    const uses = usesOf(registryOf({ plan: { limit: () => 7, per: '1m' } }, { per: '1h', mode: 'shadow' }));
    const call = controlled(undefined, uses, chargesOf(uses, 7), noAddress);
    expect(call.trials).toMatchObject([{ charge: { quota: { limit: 7 } } }]);
    expect(call.trials[0]!.charge.quota).not.toEqual(call.charges[0]!.quota);
  });

  test('gives way to a change for the key', () => {
    const uses = usesOf(registryOf({ other: { limit: 9, per: '1m' } }, TRIAL));
    const quota = uses[0]!.policy.quotaFor(50);
    const rules = { judge: noAddress, adjust: () => ({ mode: 'enforce', quota, trial: undefined }) as const };
    const call = controlled(rules, uses, chargesOf(uses), noAddress);
    expect(call).toMatchObject({ charges: [{ quota: { limit: 50 } }], trials: [] });
  });

  test('is charged where no other policy refused the call', () => {
    const uses = usesOf(registryOf({ tried: { limit: 9, per: '1m' }, other: { limit: 5, per: '1m' } }, TRIAL));
    const { trials } = controlled(undefined, uses, chargesOf(uses), noAddress);
    const outcomes = (...each: ('allowed' | 'denied')[]) => each.map((outcome) => ({ outcome }));
    expect(trialsOf(trials, outcomes('allowed', 'allowed'))).toHaveLength(1);
    expect(trialsOf(trials, outcomes('denied', 'allowed'))).toHaveLength(1);
    expect(trialsOf(trials, outcomes('allowed', 'denied'))).toEqual([]);
  });
});

describe('what a registry says while a limit is tried out', () => {
  test('is what code says, and that calls have to look', () => {
    const registry = registryOf({ other: { limit: 9, per: '1m' } }, TRIAL);
    expect(registry.find('other')).toMatchObject({ mode: 'enforce', quota: { limit: 9 }, trial: { mode: 'shadow' } });
    expect([registry.optionsOf('other'), registry.enforcesAll]).toEqual([{ limit: 9, per: '1m' }, false]);
    registry.override('other', undefined);
    expect([registry.find('other')?.trial, registry.enforcesAll]).toEqual([undefined, true]);
  });

  test('is no trial where no number changes: that puts the policy itself in shadow, or changes nothing', () => {
    expect(registryOf({ other: { limit: 9, per: '1m' } }, { mode: 'shadow' }).find('other')?.mode).toBe('shadow');
    const same = registryOf({ other: { limit: 9, per: '1m' } }, { limit: 9, mode: 'shadow' });
    expect([same.find('other')?.mode, same.find('other')?.trial]).toEqual(['enforce', undefined]);
  });

  test('holds for what a route changes of the policy, as far as the route leaves it', () => {
    const registry = registryOf({ other: { limit: 9, per: '1m' } }, TRIAL);
    const problems = new Problems();
    const slow = registry.compileVariant('other', 'route', { cost: 2 }, problems);
    const own = registry.compileVariant('other', 'route', { limit: 100 }, problems);
    expect(slow).toMatchObject({ mode: 'enforce', quota: { limit: 9 }, trial: { quota: { limit: 3 } } });
    expect([own?.quota?.limit, own?.trial]).toEqual([100, undefined]);
  });
});
