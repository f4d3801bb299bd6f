import { until } from '../../test/support/redis/until.mjs';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What operators have decided before the visitor comes: a way, and what to send there. */
const DECISIONS = [
  [
    'PUT',
    'api/recording',
    { enabled: true, oneIn: 1, expiresInMs: 8 * HOUR_MS, reason: 'To try other limits on real traffic' },
  ],
  [
    'POST',
    'api/overrides',
    {
      policy: 'read',
      scope: { kind: 'policy' },
      patch: { limit: 12, per: '1m', mode: 'shadow' },
      expiresInMs: 24 * HOUR_MS,
      reason: 'Whom would twelve a minute refuse?',
    },
  ],
  [
    'POST',
    'api/overrides',
    {
      policy: 'reports',
      scope: { kind: 'key', key: 'ip:198.51.100.243' },
      patch: { limit: 60 },
      expiresInMs: 6 * HOUR_MS,
      reason: 'Month end in accounting',
    },
  ],
  [
    'POST',
    'api/entries',
    {
      list: 'ban',
      match: { kind: 'cidr', cidr: '192.0.2.0/24' },
      expiresInMs: 2 * HOUR_MS,
      reason: 'Scrapes the catalogue',
    },
  ],
  [
    'POST',
    'api/entries',
    {
      list: 'allow',
      match: { kind: 'address', address: '198.51.100.250' },
      expiresInMs: 'never',
      reason: 'Our own uptime monitor',
    },
  ],
];

const ask = (url, token, path, options = {}) =>
  fetch(`${url}/${path}`, {
    ...options,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-ratelimit-admin': '1' },
  });

/** Makes the decisions, each as an operator would: over the API, with a reason; as soon as they can be stored. */
export async function decide(url, token) {
  await until('the sample to be connected to Redis', async () => {
    const { redis, degraded } = await (await ask(url, token, 'api/system')).json();
    return redis?.connected === true && degraded.length === 0;
  });
  for (const [method, path, body] of DECISIONS) {
    const response = await ask(url, token, path, { method, body: JSON.stringify(body) });
    if (!response.ok)
      throw new Error(`${method} ${path} was answered with ${response.status}: ${await response.text()}`);
  }
}
