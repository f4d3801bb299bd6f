import type { KeyResolver } from '../core/identity';
import { CalmLog } from './log';
import type { PlanEntry } from './plan';
import { RequestIdentity } from './request-identity';

type Context = { readonly address: string };

const byAddress: KeyResolver<Context> = { kind: 'ip', resolve: ({ address }) => address };
const identities = new RequestIdentity<Context>({
  log: new CalmLog({ log() {}, warn() {}, error() {} }),
  fallbackKey: byAddress,
  digest: () => 'digest',
  ready: { key: byAddress, identityOf: ({ address }) => `ip:${address} (ready)` },
});

const identityBy = (key: KeyResolver<Context>) =>
  identities.of({ key, policy: { name: 'a' } } as PlanEntry<Context>, { address: '192.0.2.1' });

it.each<[string, KeyResolver<Context>, string]>([
  ['of the key itself is taken as it is ready', byAddress, 'ip:192.0.2.1 (ready)'],
  ['of a copy as well', { ...byAddress, normalize: (value) => value }, 'ip:192.0.2.1 (ready)'],
  ['of a copy that resolves otherwise is made', { ...byAddress, resolve: () => '198.51.100.7' }, 'ip:198.51.100.7'],
  ['of a copy of another kind is made', { ...byAddress, kind: 'peer' }, 'peer:192.0.2.1'],
])('the identity %s', (_how, key, identity) => {
  expect(identityBy(key)).toBe(identity);
});
