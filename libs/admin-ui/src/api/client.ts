import { ADMIN_HEADER } from '../../../rate-limit/src/admin/api';
import { AdminError, problemOf, UnreachableError } from './problem';
import { needLogin } from './session-state';

/**
 * The mount path, as the browser sees it: this file is served from the folder `assets` below it. Only the browser knows
 * it, which the comment tells the build: else each prints a warning.
 */
export const mount = new URL(/* @vite-ignore */ '..', import.meta.url);

/** An answer that takes longer is not waited for: behind a proxy, a server that hangs would leave the page as it is. */
const ANSWER_WITHIN_MS = 30_000;

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
  const { method = 'GET', signal } = options;
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
  }, ANSWER_WITHIN_MS);
  try {
    const response = await send(path, options, signal ? AbortSignal.any([signal, late.signal]) : late.signal);
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as Answer;
    const problem = await problemOf(response);
    // A refused login is an answer to the form, not the end of a session.
    if (problem.status === 401 && (method !== 'POST' || !path.endsWith('session'))) needLogin();
    throw new AdminError(problem);
  } catch (error) {
    if (error instanceof AdminError || signal?.aborted) throw error;
    throw new UnreachableError(error, { isChange: method !== 'GET', isLate: late.signal.aborted });
  } finally {
    clearTimeout(timer);
  }
}

function send(path: string, options: Call, signal: AbortSignal): Promise<Response> {
  const { method = 'GET', body, ifMatch } = options;
  const headers = new Headers({ Accept: 'application/json' });
  if (method !== 'GET') {
    headers.set(ADMIN_HEADER, '1');
    headers.set('Content-Type', 'application/json');
  }
  if (ifMatch !== undefined) headers.set('If-Match', `"${String(ifMatch)}"`);
  return fetch(addressOf(path, options), {
    method,
    headers,
    credentials: 'same-origin',
    signal,
    ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
  });
}
