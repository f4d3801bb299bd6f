import type { PolicyOptions } from '../core/policy';
import { Problems } from '../core/problems';
import { PolicyRegistry } from './policy-registry';

const options = { limit: 5, per: '1m' };

function registryOf(...names: string[]): PolicyRegistry<unknown> {
  const registry = new PolicyRegistry();
  const problems = new Problems();
  for (const name of names) registry.add(name, `policies.${name}`, options, problems);
  problems.throwIfAny();
  return registry;
}

describe('the registry', () => {
  it('finds what was added, checked and as it was given', () => {
    const registry = registryOf('a', 'b');
    expect(registry.names).toEqual(['a', 'b']);
    expect(registry.get('a').policy).toMatchObject({ name: 'a', quota: { limit: 5 } });
    expect(registry.optionsOf('a')).toBe(options);
    expect(registry.find('c')).toBeUndefined();
    expect(registry.optionsOf('c')).toBeUndefined();
  });

  it('takes the default for every option that a policy leaves out or that is undefined', () => {
    const registry = new PolicyRegistry({ onStoreFailure: 'closed', lease: 'auto' });
    const problems = new Problems();
    registry.add('silent', 'policies.silent', options, problems);
    registry.add(
      'undefined',
      'policies.undefined',
      { ...options, onStoreFailure: undefined, lease: undefined },
      problems,
    );
    registry.add('own', 'policies.own', { ...options, onStoreFailure: 'open', lease: false }, problems);
    problems.throwIfAny();
    const auto = { onStoreFailure: 'closed', lease: { maxMs: 250, maxCalls: 1_000_000 } };
    expect(registry.get('silent').policy).toMatchObject(auto);
    expect(registry.get('undefined').policy).toMatchObject(auto);
    expect(registry.get('own').policy).toMatchObject({ onStoreFailure: 'open', lease: undefined });
  });

  it('refuses a name that is taken, and keeps the policy that has it', () => {
    const registry = registryOf('a');
    const problems = new Problems();
    registry.add('a', 'forFeature policies.a', { limit: 9, per: '1m' }, problems);
    expect(problems.found).toEqual([
      {
        path: 'forFeature policies.a',
        problem: 'defines "a" a second time.',
        remedy: 'Give it another name, or define it in one place.',
      },
    ]);
    expect(registry.get('a').policy.quota?.limit).toBe(5);
  });

  it('leaves out what cannot be used', () => {
    const registry = registryOf();
    const problems = new Problems();
    registry.add('a', 'policies.a', { limit: 1.5, per: '1m' }, problems);
    expect(problems.found).toHaveLength(1);
    expect(registry.find('a')).toBeUndefined();
    expect(registry.version).toBe(0);
  });

  it('has another version after every change, and only then', () => {
    const registry = registryOf('a');
    expect(registry.version).toBe(1);
    registry.add('a', 'again', options, new Problems());
    expect(registry.remove('b')).toBe(false);
    expect(registry.version).toBe(1);
    expect(registry.remove('a')).toBe(true);
    expect(registry.version).toBe(2);
    registry.add('a', 'policies.a', options, new Problems());
    expect(registry.version).toBe(3);
  });

  it('keeps the change of a policy that is replaced, as far as it fits, unless it is taken back meanwhile', () => {
    const registry = registryOf('a');
    const limitNow = (): unknown => [registry.isOverridden('a'), registry.get('a').policy.quota?.limit];
    const replace = (meanwhile = () => {}, added: PolicyOptions<unknown> = options): void => {
      registry.remove('a');
      meanwhile();
      expect(registry.isOverridden('a')).toBe(false);
      registry.add('a', 'policies.a', added, new Problems());
    };
    expect(registry.override('a', { limit: 2 })).toEqual([]);
    replace();
    expect(limitNow()).toEqual([true, 2]);
    replace(() => registry.override('a', undefined));
    expect(limitNow()).toEqual([false, 5]);
    expect(registry.override('a', { limit: 2, per: '1s' })).toEqual([]);
    replace(undefined, { limit: 9, per: 'day', algorithm: 'fixed-window', timeZone: 'UTC' });
    expect(limitNow()).toEqual([false, 9]);
  });

  it('takes nothing away by a change of which an option is undefined', () => {
    const registry = registryOf();
    registry.add('a', 'policies.a', { ...options, algorithm: 'token-bucket', burst: 9 }, new Problems());
    expect(registry.override('a', { limit: 6, per: undefined, burst: undefined } as never)).toEqual([]);
    expect(registry.find('a')?.quota).toMatchObject({ limit: 6, capacity: 9 });
    expect(registry.optionsOf('a')).toMatchObject({ limit: 6, per: '1m', burst: 9 });
  });

  it('names what there is where somebody asks for what is not', () => {
    expect(() => registryOf('a', 'b').get('c')).toThrow('There is no policy "c". Registered are "a", "b".');
    expect(() => registryOf().get('c')).toThrow('No policy is registered: add it to "policies"');
    expect(() => registryOf('a').get('toString')).toThrow(expect.objectContaining({ code: 'POLICY_UNKNOWN' }));
  });

  it('remembers the buckets of a policy, each once', () => {
    const registry = registryOf('a');
    for (const bucket of ['x', 'y', 'x']) registry.noteBucket('a', bucket);
    expect([...registry.bucketsOf('a')]).toEqual(['x', 'y']);
    expect([...registry.bucketsOf('b')]).toEqual([]);
  });
});
