import type { Problems } from '../../core/problems';
import { parseWholeNumber } from '../../core/problems';
import { withoutBrackets } from './redis-options-address';
import type { HostAndPort, Login } from './redis-options-checked';

/** What a `redis://` or `rediss://` URL says. */
export interface RedisUrl extends HostAndPort {
  readonly login: Login;
  /** `undefined` where the URL names none. */
  readonly db: number | undefined;
  readonly isTls: boolean;
}

const EXAMPLE = 'Write redis://user:password@host:6379/0, or rediss:// for TLS.';
const ENCODE = 'Percent-encode what is special in a user name or password, such as %23 for #, %2F for / and %3F for ?.';

/**
 * Reads a URL. A text that is none may hold a password anywhere, so none of it goes into a message; of one that is, only
 * what is not the login.
 */
export function parseRedisUrl(path: string, text: unknown, problems: Problems): RedisUrl | undefined {
  if (typeof text !== 'string') {
    problems.add(path, `is ${typeof text}, not text.`, EXAMPLE);
    return undefined;
  }
  if (text.trim() === '') {
    problems.add(path, 'is empty.', EXAMPLE);
    return undefined;
  }
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    problems.add(path, 'cannot be read as a URL.', `${EXAMPLE} ${ENCODE}`);
    return undefined;
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    problems.add(path, `does not start with redis:// or rediss://.`, EXAMPLE);
    return undefined;
  }
  if (url.hash !== '' || url.search !== '' || url.pathname.includes('@')) {
    const remedy = `${ENCODE} What a URL has after ? is not looked at: write it as options.`;
    problems.add(path, 'has a #, or a ?, or a / before an @.', remedy);
    return undefined;
  }
  const login = loginOf(url);
  if (login === undefined) {
    problems.add(path, 'has a % in its login that encodes nothing.', ENCODE);
    return undefined;
  }
  if (url.hostname === '') {
    problems.add(path, 'names no host.', EXAMPLE);
    return undefined;
  }
  const db = databaseOf(url);
  if (db === null) {
    problems.add(path, 'has something else than a database number after the host.', EXAMPLE);
    return undefined;
  }
  const port = url.port === '' ? 6379 : Number(url.port);
  if (port === 0) {
    problems.add(path, 'has the port 0.', EXAMPLE);
    return undefined;
  }
  return { host: withoutBrackets(url.hostname), port, login, db, isTls: url.protocol === 'rediss:' };
}

function loginOf(url: URL): Login | undefined {
  try {
    return { username: decoded(url.username), password: decoded(url.password) };
  } catch {
    return undefined;
  }
}

function decoded(text: string): string | undefined {
  return text === '' ? undefined : decodeURIComponent(text);
}

/** `null` where the path is no database number. */
function databaseOf(url: URL): number | undefined | null {
  const path = url.pathname.replace(/^\//, '');
  return path === '' ? undefined : (parseWholeNumber(path, 0, 1_000_000) ?? null);
}
