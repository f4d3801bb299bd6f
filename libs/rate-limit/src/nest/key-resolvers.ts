import { parse as parseCookies } from 'cookie';
import { ADDRESS_KIND } from '../http/client';
import { normalizeAddress } from '../http/normalize-address';
import { compileKey } from '../core/compile-policy';
import type { KeyFunction, KeyResolver } from '../core/identity';
import { Problems } from '../core/problems';
import { isPromiseLike } from '../core/store';
import { messageOf } from '../engine/log';
import { tryMaybe } from '../engine/maybe-promise';
import type { RateLimitContext } from './rate-limit-context';

/** Who a request is counted for. A key that a request lacks falls back to its address, as an identity of that kind. */
export type RateLimitKey = KeyResolver<RateLimitContext>;

type Found = string | undefined | Promise<string | undefined>;

/** The client's address behind the trusted proxies; IPv6 by its /64 network. */
export function byIp(): RateLimitKey {
  return { kind: ADDRESS_KIND, resolve: clientAddress, normalize: (address) => normalizeAddress(address) };
}

/** One function for all, by which the limiter knows whose identities are ready. */
function clientAddress(context: RateLimitContext): string {
  return context.clientAddress;
}

/** A method, since the parameters of methods may be narrower: the app knows the type that its authentication sets. */
interface UserSelection {
  select(user: unknown, context: RateLimitContext): unknown;
}

/**
 * The authenticated user: `id`, `sub`, `userId` or `username` of `request.user`, or what `select` returns, at once or
 * as a promise. Needs a guard that runs after authentication.
 */
export function byUser(select: UserSelection['select'] = idOf): RateLimitKey {
  return {
    kind: 'user',
    needsUser: true,
    resolve: (context) => {
      const { user } = context.request;
      if (user === undefined || user === null) return undefined;
      const selected = select(user, context);
      return isPromiseLike(selected) ? Promise.resolve(selected).then(textOf) : textOf(selected);
    },
  };
}

/** The value of a request header; several fields of one name count as one value. */
export function byHeader(name: string): RateLimitKey {
  const field = name.toLowerCase();
  return { kind: `header ${field}`, resolve: ({ request }) => headerText(request.headers[field]) };
}

/**
 * An API key: of the header `X-Api-Key`, or the credentials of `Authorization: Bearer` or `ApiKey`. A request with both
 * has none: which of them the app believes is not known here, and the other could be made up anew each time.
 */
export function byApiKey(): RateLimitKey {
  return {
    kind: 'api-key',
    resolve: ({ request: { headers } }) => {
      const own = headerText(headers['x-api-key']) ?? '';
      const credentials = /^(?:bearer|apikey) +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
      if (own === '') return credentials;
      return credentials === undefined ? own : undefined;
    },
  };
}

/** The tenant: of a request header (default `X-Tenant-Id`), or what a function of the request returns. */
export function byTenant(tenant: string | ((context: RateLimitContext) => Found) = 'x-tenant-id'): RateLimitKey {
  if (typeof tenant === 'function') return { kind: 'tenant', resolve: tenant };
  return { ...byHeader(tenant), kind: 'tenant' };
}

/** The value of a cookie, parsed by the framework's plugin where there is one. Clients can send any. */
export function byCookie(name: string): RateLimitKey {
  return {
    kind: `cookie ${name}`,
    resolve: ({ request }) => textOf(propertyAt(request.cookies ?? parseCookies(request.headers.cookie ?? ''), [name])),
  };
}

/** A text, number or boolean of the parsed body, by a path such as `user.name`. */
export function byBody(path: string): RateLimitKey {
  const steps = path.split('.');
  return { kind: `body ${path}`, resolve: ({ request }) => textOf(propertyAt(request.body, steps)) };
}

/**
 * A text of the query string, by its name. One with dots, such as `user.id`, is a path as well, for parsers that nest:
 * `?user.id=7` or `?user[id]=7`. A request with both has none: which of them the app reads is not known here.
 */
export function byQuery(name: string): RateLimitKey {
  return byName('query', name);
}

/** A parameter of the route's path, by its name. */
export function byParam(name: string): RateLimitKey {
  return byName('params', name);
}

/**
 * Several keys together, such as address and user name: resolvers, or functions of the request. Lacking one is lacking
 * the whole. The value is theirs in order, with `|` between them, and `\` before each `|` and `\` in them. Throws a
 * ConfigurationError where something is no key.
 */
export function compose(...given: readonly (RateLimitKey | KeyFunction<RateLimitContext>)[]): RateLimitKey {
  const keys = keysOf(given);
  return {
    kind: keys.map(({ kind }) => kind).join('+'),
    needsUser: keys.some(({ needsUser }) => needsUser),
    resolve(context) {
      const values = keys.map((key) => resolved(key, context));
      return values.some(isPromiseLike) ? Promise.all(values.map(async (value) => value)).then(joined) : joined(values);
    },
  };
}

function keysOf(given: readonly (RateLimitKey | KeyFunction<RateLimitContext>)[]): readonly RateLimitKey[] {
  const problems = new Problems();
  if (given.length === 0) problems.add('compose(…)', 'has no keys.', 'Pass two or more, such as byIp() and byUser().');
  const keys = given.flatMap((key, i) => compileKey(`compose(…) key ${String(i + 1)}`, key, problems) ?? []);
  problems.throwIfAny();
  return keys;
}

/** A key that throws rejects instead: otherwise nobody would be left to hear of the promises of the keys beside it. */
function resolved(key: RateLimitKey, context: RateLimitContext): Found {
  return tryMaybe<string | undefined>(
    () => key.resolve(context),
    (error) => Promise.reject(error instanceof Error ? error : new Error(messageOf(error))),
  );
}

/** One text for several values; what separates them is escaped, so that no two lists share a text. */
function joined(values: readonly unknown[]): string | undefined {
  const parts: string[] = [];
  for (const value of values.map(textOf)) {
    if (value === undefined || value === '') return undefined;
    parts.push(value.replace(/[\\|]/g, '\\$&'));
  }
  return parts.join('|');
}

function byName(part: 'query' | 'params', name: string): RateLimitKey {
  const steps = name.split('.');
  const find = (values: unknown): unknown => {
    const whole = propertyAt(values, [name]);
    const nested = steps.length > 1 ? propertyAt(values, steps) : undefined;
    if (whole !== undefined && nested !== undefined) return undefined;
    return whole ?? nested;
  };
  return { kind: `${part} ${name}`, resolve: ({ request }) => textOf(find(request[part])) };
}

function idOf(user: unknown): unknown {
  if (typeof user !== 'object' || user === null) return user;
  const { id, sub, userId, username } = user as Record<string, unknown>;
  return id ?? sub ?? userId ?? username;
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

function propertyAt(value: unknown, steps: readonly string[]): unknown {
  let found = value;
  for (const step of steps) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}

/** Objects are no keys: a client could make endless different ones that mean the same. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint'
    ? String(value)
    : undefined;
}
