import { ADMIN_HEADER } from '../../../rate-limit/src/admin/api';
import { AdminError, problemOf, UnreachableError } from './problem';
import { needLogin } from './session-state';

/** The mount path, as the browser sees it: this file is served from the folder `assets` below it. */
export const mount = new URL('..', import.meta.url);

type Value = string | number | undefined;

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, Value>>;
  readonly body?: unknown;
  /** The version that a change is based on. */
  readonly ifMatch?: number;
  readonly signal?: AbortSignal;
}

/** The address of a path of `ADMIN_PATHS`. */
export function addressOf(path: string, { params = {}, query = {} }: Pick<Call, 'params' | 'query'> = {}): URL {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const url = new URL(filled, mount);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
  }
  return url;
}

/** Asks the server. Rejects with `AdminError` or `UnreachableError`. */
export async function call<Answer>(path: string, options: Call = {}): Promise<Answer> {
  const response = await send(path, options);
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as Answer;
  const problem = await problemOf(response);
  // A refused login is an answer to the form, not the end of a session.
  if (problem.status === 401 && options.method !== 'POST') needLogin();
  else if (problem.status === 401 && !path.endsWith('session')) needLogin();
  throw new AdminError(problem);
}

async function send(path: string, options: Call): Promise<Response> {
  const { method = 'GET', body, ifMatch, signal } = options;
  const headers = new Headers({ Accept: 'application/json' });
  if (method !== 'GET') {
    headers.set(ADMIN_HEADER, '1');
    headers.set('Content-Type', 'application/json');
  }
  if (ifMatch !== undefined) headers.set('If-Match', `"${String(ifMatch)}"`);
  try {
    return await fetch(addressOf(path, options), {
      method,
      headers,
      credentials: 'same-origin',
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new UnreachableError(error);
  }
}
