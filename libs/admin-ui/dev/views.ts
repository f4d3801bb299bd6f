import type {
  Bootstrap,
  KeyInPolicy,
  KeyInspection,
  LiveFrame,
  Overview,
  PolicyDetail,
  PolicySummary,
} from '../../rate-limit/src/admin/api';
import type { Blocked } from './blocked';
import { OPERATOR, type Control } from './control';
import { CLIENTS, POLICIES } from './policies';
import { added, heavyKeys, type Traffic } from './traffic';

export interface World {
  readonly control: Control;
  readonly traffic: Traffic;
  readonly blocked: Blocked;
  readonly degraded: boolean;
  readonly startedAtMs: number;
}

export const bootstrapOf = (roles: Bootstrap['roles'], authentication: Bootstrap['authentication']): Bootstrap => ({
  actor: OPERATOR,
  roles,
  authentication,
  sessionExpiresAtMs: null,
  readOnly: false,
  environment: { label: 'production', color: 'red' },
  features: { recording: true, simulation: true, statistics: true, shared: true },
  version: '0.1.0',
  serverTimeMs: Date.now(),
  defaultExpiryMs: 4 * 3_600_000,
  links: [{ label: 'Runbook', url: 'https://example.test/runbook' }],
});

export function frameOf(world: World, id: number): LiveFrame {
  const { traffic, blocked, control } = world;
  const policies = traffic.policies(blocked.countOf);
  const [first, ...rest] = policies;
  if (!first) throw new Error('The invented service has policies.');
  const flutter = 1 + 0.2 * Math.sin(Date.now() / 9000);
  return {
    id,
    atMs: Date.now(),
    totals: rest.reduce((sum, { totals }) => added(sum, totals), first.totals),
    perSecond: rest.reduce((sum, { perSecond }) => added(sum, perSecond), first.perSecond),
    latency: { p50Ms: 0.31 * flutter, p95Ms: 0.92 * flutter, p99Ms: 1.78 * flutter },
    blocked: { count: blocked.list().length, atLeast: false },
    policies,
    instances: { alive: 3, answering: world.degraded ? 2 : 3 },
    degraded: world.degraded
      ? [
          {
            kind: 'store',
            message: 'Redis does not answer. Every process limits on its own.',
            sinceMs: Date.now() - 42_000,
          },
        ]
      : [],
    controlVersion: control.version,
    lastAuditId: control.audit[0]?.id ?? null,
  };
}

export function overviewOf(world: World): Overview {
  const top = (denied: boolean) =>
    POLICIES.flatMap((policy) => heavyKeys(policy, denied))
      .sort((a, b) => b.count - a.count)
      .slice(0, 10);
  return {
    ...frameOf(world, 0),
    topDenied: top(true),
    topRequests: top(false),
    recentChanges: world.control.audit.slice(0, 10),
    activeOverrides: world.control.inForce().length,
    activeEntries: world.control.entries.size,
    history: world.traffic.points(undefined, 1000, 600),
  };
}

export function summaryOf(world: World, name: string): PolicySummary | undefined {
  const policy = POLICIES.find((each) => each.name === name);
  const traffic = world.traffic.policies(world.blocked.countOf).find((each) => each.policy === name);
  if (!policy || !traffic) return undefined;
  const { settings, override } = world.control.effective(name);
  const forSome = world.control.inForce().filter((each) => each.policy === name && each.scope.kind !== 'policy');
  return {
    name,
    code: policy.code,
    effective: settings,
    overrideId: override?.id ?? null,
    keyOverrides: forSome.length,
    traffic,
    codeHash: '8f3a91c2',
    everyRoute: name === 'global',
  };
}

export function detailOf(world: World, name: string): PolicyDetail | undefined {
  const summary = summaryOf(world, name);
  const policy = POLICIES.find((each) => each.name === name);
  if (!summary || !policy) return undefined;
  return {
    ...summary,
    topDenied: heavyKeys(policy, true),
    topRequests: heavyKeys(policy, false),
    overrides: [...world.control.overrides.values()].filter((each) => each.policy === name),
    history: world.control.audit.filter((each) => each.policy === name),
  };
}

export function inspectionOf(world: World, key: string): KeyInspection {
  const { control, blocked } = world;
  const known = CLIENTS.includes(key) || blocked.list().some((row) => row.key.text === key);
  const entries = [...control.entries.values()].filter(
    ({ match }) => match.kind !== 'cidr' && match.key.text.replace(/^ip:/, '') === key.replace(/^ip:/, ''),
  );
  const first = entries.find(({ list }) => list === 'allow') ?? entries[0];
  const policies = POLICIES.filter(({ code }) => code.mode !== 'off').map(({ name }, place): KeyInPolicy => {
    const { settings, override } = control.effective(name);
    const row = blocked.list().find((each) => each.policy === name && each.key.text === key);
    const limit = settings.limit;
    const used = limit === null ? null : row ? limit : known ? Math.floor((limit * ((place * 37 + 23) % 96)) / 100) : 0;
    return {
      policy: name,
      scope: settings.scope ?? '',
      algorithm: settings.algorithm,
      mode: settings.mode,
      limitFrom: limit === null ? 'unknown' : override ? 'override' : 'policy',
      limit,
      used,
      remaining: used === null || limit === null ? null : limit - used,
      state: row ? 'blocked' : used === null ? 'unknown' : used === 0 ? 'unused' : 'ok',
      unblocksAtMs: row?.untilMs ?? null,
      resetsAtMs: used ? Date.now() + 48_000 : null,
      source: 'redis',
      overrideId: override?.id ?? null,
    };
  });
  return {
    key: { text: key, ref: key },
    atMs: Date.now(),
    policies,
    entries,
    decidedBy: first ? { list: first.list, entryId: first.id } : null,
    overrides: control.inForce().filter(({ scope }) => scope.kind === 'pattern' && key.startsWith('user:acme-')),
    recent: known ? recentOf() : [],
    recentSampledOneIn: 16,
    isSampled: known,
  };
}

const recentOf = (): KeyInspection['recent'] =>
  Array.from({ length: 30 }, (_, index) => ({
    atMs: Date.now() - index * 1700,
    policy: index % 3 === 0 ? 'login' : 'api',
    outcome:
      index % 3 === 0 ? ('denied' as const) : index % 7 === 0 ? ('shadow-denied' as const) : ('allowed' as const),
    cost: 1,
    remaining: index % 3 === 0 ? 0 : 40 - index,
    limit: index % 3 === 0 ? 10 : 100,
    retryAfterMs: index % 3 === 0 ? 190_000 + index * 1700 : null,
  }));
