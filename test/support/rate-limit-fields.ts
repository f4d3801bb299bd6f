import { type Item, parseList } from 'structured-headers';
import type { Response } from 'supertest';

/** What the `RateLimit-Policy` and `RateLimit` fields of a response say of one policy. */
export interface RateLimitFields {
  readonly policy: string;
  readonly quota: number;
  readonly windowSeconds: number | undefined;
  readonly remaining: number;
  readonly nextUnitSeconds: number | undefined;
}

/** Parses both fields strictly and joins them by policy. Throws where one is no list, or they name different policies. */
export function rateLimitFields(response: Response): RateLimitFields[] {
  const quotas = parametersByName(response, 'ratelimit-policy');
  const limits = parametersByName(response, 'ratelimit');
  expect([...limits.keys()]).toEqual([...quotas.keys()]);
  return [...quotas].map(([policy, quota]) => ({
    policy,
    quota: integer(quota, 'q')!,
    windowSeconds: integer(quota, 'w'),
    remaining: integer(limits.get(policy)!, 'r')!,
    nextUnitSeconds: integer(limits.get(policy)!, 't'),
  }));
}

/** Checks what every refusal looks like, and returns the names of the policies that refused. */
export function violatedPolicies(response: Response): string[] {
  expect(response.status).toBe(429);
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json\b/);
  expect(response.headers['retry-after']).toMatch(/^[1-9]\d*$/);
  expect(response.body).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    detail: expect.any(String),
    status: 429,
    retryAfter: Number(response.headers['retry-after']),
  });
  const fields = rateLimitFields(response);
  const violated = response.body['violated-policies'] as string[];
  expect(violated.length).toBeGreaterThan(0);
  expect(fields.map(({ policy }) => policy)).toEqual(expect.arrayContaining(violated));
  return violated;
}

type Parameters = Item[1];

function parametersByName(response: Response, field: string): Map<string, Parameters> {
  const named = new Map<string, Parameters>();
  for (const [name, parameters] of parseList(response.headers[field] ?? '')) {
    if (typeof name !== 'string') throw new TypeError(`${field} has a member that is no string`);
    named.set(name, parameters);
  }
  if (named.size === 0) throw new TypeError(`${field} is missing or empty`);
  return named;
}

function integer(parameters: Parameters, name: string): number | undefined {
  const value = parameters.get(name);
  if (value === undefined) return undefined;
  expect(Number.isSafeInteger(value)).toBe(true);
  expect(value).toBeGreaterThanOrEqual(0);
  return value as number;
}
