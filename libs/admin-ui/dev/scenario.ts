import { ANA, Control } from './control';

const MINUTE = 60_000;

/** A service that has been looked after for a day. */
export function scenario(): Control {
  const control = new Control();
  const ben = { id: 'ben', name: 'Ben Okafor' };
  control.log('session.refused', 'token', {
    atMs: Date.now() - 300 * MINUTE,
    outcome: 'refused',
    actor: { id: '-', name: 'unknown' },
  });
  const old = control.addOverride(
    {
      policy: 'api',
      scope: { kind: 'policy' },
      patch: { limit: 50, mode: 'enforce' },
      reason: 'Database under repair',
    },
    ben,
    290 * MINUTE,
  );
  control.overrides.set(old.id, { ...old, state: 'expired', changedAtMs: Date.now() - 50 * MINUTE });
  control.log('override.expire', 'api', {
    overrideId: old.id,
    policy: 'api',
    atMs: Date.now() - 50 * MINUTE,
    actor: { id: 'system', name: 'expiry' },
  });
  control.addEntry(
    {
      list: 'allow',
      match: { kind: 'cidr', cidr: '10.0.0.0/8' },
      reason: 'Own health checks',
      expiresAtMs: null,
      createdBy: ANA,
      hits: 184_220,
    },
    280 * MINUTE,
  );
  const search = control.addOverride(
    {
      policy: 'search',
      scope: { kind: 'policy' },
      patch: { limit: 120, mode: 'enforce' },
      reason: 'Campaign of the partner shop until tonight',
    },
    ANA,
    64 * MINUTE,
  );
  control.keep(
    {
      ...search,
      version: 2,
      patch: { limit: 90, mode: 'enforce' },
      changedBy: ben,
      changedAtMs: Date.now() - 31 * MINUTE,
      reason: 'Half way back',
      codeChanged: [{ field: 'limit', before: '50', after: '60' }],
    },
    'changed',
  );
  control.log('override.change', 'search', {
    policy: 'search',
    overrideId: search.id,
    actor: ben,
    atMs: Date.now() - 31 * MINUTE,
    reason: 'Half way back',
    changes: [{ field: 'limit', before: '120', after: '90' }],
  });
  control.addOverride(
    {
      policy: 'checkout',
      scope: { kind: 'policy' },
      patch: { limit: 12, mode: 'shadow' },
      reason: 'Would 12 be enough?',
    },
    ANA,
    22 * MINUTE,
  );
  const key = control.addOverride(
    {
      policy: 'api',
      scope: { kind: 'pattern', pattern: 'user:acme-*' },
      patch: { limit: 400 },
      reason: 'Contract of ACME, ticket 5121',
      expiresInMs: 7 * 24 * 60 * MINUTE,
    },
    ben,
    140 * MINUTE,
  );
  control.overrides.set(key.id, {
    ...key,
    applied: { applied: 2, instances: 3, missing: [{ id: 'api-7d9f-3', problem: 'has not read it yet' }] },
  });
  control.addEntry(
    {
      list: 'ban',
      match: { kind: 'address', key: { text: 'ip:203.0.113.9', ref: 'ip:203.0.113.9' } },
      reason: '10 denials within 5 min',
      origin: 'escalation',
      policy: 'login',
      expiresAtMs: Date.now() + 11 * MINUTE,
      hits: 3411,
      createdBy: { id: 'escalation', name: 'escalation' },
    },
    4 * MINUTE,
  );
  control.addEntry(
    {
      list: 'ban',
      match: { kind: 'cidr', cidr: '198.51.100.0/24' },
      reason: 'Password guessing from this range',
      expiresAtMs: Date.now() + 200 * MINUTE,
      hits: 912,
      createdBy: ben,
    },
    9 * MINUTE,
  );
  control.log('key.reset', 'user:42', {
    actor: ANA,
    reason: 'Customer called, retry loop fixed',
    policy: 'api',
    atMs: Date.now() - 6 * MINUTE,
  });
  control.audit.sort((a, b) => b.atMs - a.atMs);
  return control;
}
