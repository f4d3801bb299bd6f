import type { AdminEndpoint } from '../http/routes';
import { ADMIN_PATHS } from '../api';
import { schemas } from '../schemas';

/** What an endpoint may answer beside its success: when, by status. */
export function refusalsOf({
  method,
  path,
  role,
  schema,
  needsVersion,
}: AdminEndpoint): Readonly<Record<number, string>> {
  const isChange = method !== 'GET';
  const isLogout = role === null && method === 'DELETE';
  const isLogin = role === null && !isLogout;
  const isCreation = method === 'POST' && (path === ADMIN_PATHS.overrides || path === ADMIN_PATHS.entries);
  const when: [status: number, applies: boolean, when: string][] = [
    [400, schema !== schemas.nothing, 'The input is not usable: `fields` says what is wrong with it.'],
    [401, !isLogout, 'No credentials, wrong ones, or a session that is over.'],
    [403, !isLogin || isChange, 'The role does not reach, or another site asks.'],
    [404, isLogin || path.includes(':'), 'There is no such thing.'],
    [412, needsVersion || isCreation, 'Somebody was faster: `conflict` says who, and what changed.'],
    [415, isChange, 'The request carries no JSON.'],
    [428, needsVersion, 'The header If-Match is missing.'],
    [429, !isLogout, 'Too many failed logins from this address, or too many overrides and entries.'],
    [503, role !== null, 'The store does not answer, or there is no room.'],
  ];
  return Object.fromEntries(when.filter(([, applies]) => applies).map(([status, , text]) => [status, text]));
}
