import { POLICY_OPTIONS } from '../core/compile-policy';
import type { PolicyOptions } from '../core/policy';
import { Problems } from '../core/problems';
import { buildPlan, type Declarations, type PlanInput } from './plan';
import { PolicyRegistry } from './policy-registry';

const byAddress = { kind: 'ip', resolve: () => '192.0.2.1' };
const byName = { kind: 'name', resolve: () => 'ada' };
const nothing: Declarations<unknown> = { policies: [], skips: [] };

let registry: PolicyRegistry<unknown>;
let problems: Problems;

beforeEach(() => {
  registry = new PolicyRegistry();
  problems = new Problems();
  registry.add('default', 'policies.default', { limit: 5, per: '1m' }, problems);
  registry.add('named', 'policies.named', { limit: 5, per: '1m', key: byName, scope: 'controller' }, problems);
  registry.add('bucket', 'policies.bucket', { limit: 5, per: '1m', algorithm: 'token-bucket' }, problems);
  problems.throwIfAny();
});

function plan(input: Partial<PlanInput<unknown>>) {
  return buildPlan(
    {
      everyRoute: [],
      controller: nothing,
      handler: nothing,
      route: { controllerId: 'Cats', routeId: 'Cats.find' },
      defaultKey: byAddress,
      ...input,
    },
    registry,
    problems,
  );
}

const declared = (...policies: Declarations<unknown>['policies']): Declarations<unknown> => ({ policies, skips: [] });

const bucketsOf = (input: Partial<PlanInput<unknown>>): string[] => plan(input).entries.map(({ bucketId }) => bucketId);

describe('a plan', () => {
  it('is empty where nothing applies', () => {
    expect(plan({}).entries).toEqual([]);
  });

  it('has the policies of every route first, then those of the route', () => {
    const { entries } = plan({ everyRoute: ['default'], handler: declared('bucket', 'named') });
    expect(entries.map(({ policy }) => policy.name)).toEqual(['default', 'bucket', 'named']);
  });

  it('has the key of the policy, or else the default', () => {
    const { entries } = plan({ handler: declared('default', 'named', { name: 'default', key: byName }) });
    expect(entries.map(({ key }) => key)).toEqual([byName, byName]);
    expect(plan({ handler: declared('default') }).entries[0]?.key).toBe(byAddress);
  });

  it('keeps the place of a policy that is replaced', () => {
    const handler = declared('bucket', { name: 'default', limit: 9 });
    const { entries } = plan({ everyRoute: ['default'], handler });
    expect(entries.map(({ policy }) => [policy.name, policy.quota?.limit])).toEqual([
      ['default', 9],
      ['bucket', 5],
    ]);
  });

  it('lacks a policy that is replaced by one that always skips', () => {
    const handler = declared({ name: 'default', skip: true });
    expect(plan({ everyRoute: ['default'], handler }).entries).toEqual([]);
  });

  it('knows the version of the registry it was made from', () => {
    expect(plan({}).version).toBe(registry.version);
  });

  it('numbers the policies written in place where they stand, whichever of them are skipped', () => {
    const controller = declared({ name: 'a', limit: 1, per: '1m' }, { limit: 2, per: '1m' });
    const { entries } = plan({ controller, handler: { policies: [], skips: ['a'] } });
    expect(entries.map(({ policy }) => policy.name)).toEqual(['Cats.find#2']);
    expect(problems.found).toEqual([]);
  });
});

describe('the bucket of a policy', () => {
  it('is that of calls by code where it is the policy’s', () => {
    expect(bucketsOf({ everyRoute: ['default'] })).toEqual([registry.get('default').bucketId]);
  });

  it('is the same on every instance: made of names alone', () => {
    const handler = declared('default', 'named', 'bucket', { limit: 1, per: '1m' }, { name: 'x', limit: 1, per: '1m' });
    expect(bucketsOf({ handler })).toEqual([
      'default\nsliding-window\n',
      'named\nsliding-window\ncontroller Cats',
      'bucket\ntoken-bucket\n',
      'Cats.find#1\nsliding-window\nroute Cats.find',
      'x\nsliding-window\nroute Cats.find',
    ]);
  });

  it('is another for another algorithm, whose state means something else', () => {
    const handler = declared({ name: 'x', limit: 1, per: '1m', algorithm: 'fixed-window' });
    expect(bucketsOf({ handler })).not.toEqual(bucketsOf({ handler: declared({ name: 'x', limit: 1, per: '1m' }) }));
  });

  it('cannot be mistaken for another by its names', () => {
    const group = bucketsOf({ handler: declared({ name: 'x', limit: 1, per: '1m', scope: 'route Cats.find' }) });
    expect(group).not.toEqual(bucketsOf({ handler: declared({ name: 'x', limit: 1, per: '1m' }) }));
  });

  it('is the controller’s for one without a name that stands there and says so', () => {
    const controller = declared({ limit: 1, per: '1m', scope: 'controller' });
    const other = { controllerId: 'Cats', routeId: 'Cats.list' };
    expect(bucketsOf({ controller })).toEqual(bucketsOf({ controller, route: other }));
  });

  it('is that of the route where the scope is undefined, as where it is left out', () => {
    const handler = declared({ limit: 1, per: '1m', scope: undefined });
    expect(bucketsOf({ handler })).toEqual(['Cats.find#1\nsliding-window\nroute Cats.find']);
    expect(problems.found).toEqual([]);
  });

  it('is noted, so that a reset finds it', () => {
    plan({ handler: declared({ name: 'default', limit: 9 }), everyRoute: ['default'] });
    plan({ everyRoute: ['default'] });
    expect([...registry.bucketsOf('default')]).toEqual([
      'default\nsliding-window\nroute Cats.find',
      'default\nsliding-window\n',
    ]);
  });
});

describe('an option that is undefined says nothing', () => {
  const ban = { after: 3, within: '1m', for: '1m' };
  const whole: PolicyOptions<unknown> = {
    limit: 5,
    per: '1m',
    algorithm: 'token-bucket',
    burst: 9,
    key: byName,
    cost: 2,
    onStoreFailure: 'closed',
    ban,
  };
  const unsaid = Object.fromEntries(POLICY_OPTIONS.map((option) => [option, undefined]));

  it.each(Object.keys(whole))('of %s, the variant of a policy keeps the value that the policy has', (option) => {
    registry.add('whole', 'policies.whole', whole, problems);
    const { entries } = plan({ handler: declared({ name: 'whole', mode: 'shadow', [option]: undefined }) });
    const [left] = plan({ handler: declared({ name: 'whole', mode: 'shadow' }) }).entries;
    expect(JSON.stringify(entries)).toBe(JSON.stringify([left]));
    expect(entries[0]?.policy).toMatchObject({ quota: { limit: 5, capacity: 9 }, cost: 2, onStoreFailure: 'closed' });
    expect(entries[0]?.key).toBe(byName);
    expect(problems.found).toEqual([]);
  });

  it('of all of them, in the bucket of the route as well', () => {
    registry.add('whole', 'policies.whole', whole, problems);
    const [entry] = plan({ handler: declared({ name: 'whole', ...unsaid }) }).entries;
    expect(entry?.bucketId).toBe('whole\ntoken-bucket\nroute Cats.find');
    expect(registry.inForceIn('whole', entry?.bucketId ?? '')).toMatchObject({ quota: { limit: 5, capacity: 9 } });
  });

  it('of the name too', () => {
    const { entries } = plan({ handler: declared({ ...unsaid, limit: 1, per: '1m', name: undefined }) });
    expect(entries.map(({ policy }) => policy.name)).toEqual(['Cats.find#1']);
    expect(problems.found).toEqual([]);
  });
});

describe('a problem of a plan', () => {
  it.each<[string, Partial<PlanInput<unknown>>, string]>([
    ['an unknown name', { handler: declared('x') }, '@RateLimit of Cats.find'],
    ['an unknown name of every route', { everyRoute: ['x'] }, 'everyRoute'],
    ['an unknown name that is skipped', { handler: { policies: [], skips: ['x'] } }, '@SkipRateLimit of Cats.find'],
    ['one the controller skips', { controller: { policies: [], skips: ['x'] } }, '@SkipRateLimit of Cats'],
    ['a bad option in place', { handler: declared({ limit: 0.5, per: '1m' }) }, '@RateLimit of Cats.find.limit'],
    ['too wide a scope', { handler: declared({ limit: 1, per: '1m', scope: 'x' }) }, '@RateLimit of Cats.find.scope'],
  ])('has a path: %s', (_title, input, path) => {
    plan(input);
    expect(problems.found.map((found) => found.path)).toEqual([path]);
  });

  it('leaves the rest of the plan as it is', () => {
    expect(plan({ everyRoute: ['default'], handler: declared('x', 'bucket') }).entries).toHaveLength(2);
  });
});
