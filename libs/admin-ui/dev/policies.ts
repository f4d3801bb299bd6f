import type { PolicySettings } from '../../rate-limit/src/admin/api';

/** A policy of the invented service, with how much traffic it gets and how much of that is too much. */
export interface WorldPolicy {
  readonly name: string;
  readonly code: PolicySettings;
  /** Decisions a second, on average. */
  readonly load: number;
  /** Part of them over the limit. */
  readonly over: number;
}

const settings = (part: Partial<PolicySettings>): PolicySettings => ({
  algorithm: 'sliding-window',
  limit: 100,
  per: '1m',
  perMs: 60_000,
  burst: null,
  timeZone: null,
  mode: 'enforce',
  keyedBy: 'ip',
  scope: null,
  cost: 1,
  onStoreFailure: 'local',
  ban: null,
  ...part,
});

export const POLICIES: readonly WorldPolicy[] = [
  { name: 'global', code: settings({ limit: 5000, algorithm: 'fixed-window' }), load: 640, over: 0 },
  { name: 'api', code: settings({ algorithm: 'token-bucket', burst: 100, keyedBy: 'user' }), load: 410, over: 0.012 },
  {
    name: 'login',
    code: settings({
      limit: 10,
      per: '5m',
      perMs: 300_000,
      onStoreFailure: 'closed',
      ban: { after: 10, withinMs: 300_000, forMs: 900_000, factor: 2, maxMs: 86_400_000 },
    }),
    load: 24,
    over: 0.62,
  },
  { name: 'search', code: settings({ limit: 60, keyedBy: 'user', scope: 'SearchController' }), load: 130, over: 0.07 },
  { name: 'checkout', code: settings({ limit: 20, keyedBy: 'user', onStoreFailure: 'open' }), load: 18, over: 0.004 },
  {
    name: 'export',
    code: settings({ limit: 5, per: '1h', perMs: 3_600_000, keyedBy: 'header' }),
    load: 0.4,
    over: 0.2,
  },
  {
    name: 'partner-quota',
    code: settings({
      limit: null,
      per: 'month',
      perMs: null,
      keyedBy: 'header',
      timeZone: 'Europe/Berlin',
      algorithm: 'fixed-window',
      cost: 'function',
    }),
    load: 22,
    over: 0,
  },
  { name: 'new-signup-rules', code: settings({ limit: 3, mode: 'shadow' }), load: 12, over: 0.34 },
  { name: 'legacy-webhooks', code: settings({ limit: 200, mode: 'off', keyedBy: 'header' }), load: 0, over: 0 },
];

/** Clients, the loudest first; some have chosen hostile names. */
export const CLIENTS: readonly string[] = [
  'ip:203.0.113.9',
  'ip:198.51.100.77',
  'user:42',
  'ip:2001:db8:7::/64',
  'user:acme-crawler',
  'user:1007',
  'key:partner-7f3a…',
  'ip:192.0.2.144',
  'user:<script>alert(1)</script>',
  'user:=HYPERLINK("http://example.test")',
  'user:søren/åse%20:?#',
  'user:8851',
  'ip:198.51.100.12',
  'ip:203.0.113.201',
];
