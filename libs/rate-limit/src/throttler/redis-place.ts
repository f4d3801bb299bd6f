import { show } from '../core/errors';
import { parseWholeNumber, type Problems } from '../core/problems';
import { parseRedisUrl } from '../stores/redis/redis-options-url';

/** Where a Redis is, in one word. */
export interface RedisPlace {
  /** As ioredis reads it. */
  readonly place: string | number;
  /** Whether `store.url` takes it, too. */
  readonly isUrl: boolean;
}

const LOCAL: RedisPlace = { place: 'redis://localhost:6379', isUrl: true };

/**
 * Reads what ioredis takes in place of options: a URL, `host:port`, a port, or the path of a socket. What leads nowhere,
 * or elsewhere than it seems to, is a problem.
 */
export function placeOf(given: unknown, problems: Problems): RedisPlace {
  if (typeof given === 'number' || (typeof given === 'string' && /^\d+$/.test(given))) {
    const port = parseWholeNumber(given, 1, 65_535);
    if (port !== undefined) return { place: port, isUrl: false };
    problems.add('RedisThrottlerStorage(port)', `is ${show(given)}.`, 'Write a whole number from 1 to 65535.');
    return LOCAL;
  }
  if (typeof given === 'string' && /^\/[^/]/.test(given)) return { place: given, isUrl: false };
  const url = typeof given === 'string' && /^[^/\s]/.test(given) && !given.includes('//') ? `redis://${given}` : given;
  const [bare, query] = typeof url === 'string' ? split(url) : [url];
  if (parseRedisUrl('RedisThrottlerStorage(url)', bare, problems) === undefined) return LOCAL;
  return { place: url as string, isUrl: query === undefined };
}

/** At the `?`, after which options may stand; not where it may be part of a password, which is a problem of the URL. */
function split(url: string): readonly [bare: string, query?: string] {
  const at = url.indexOf('?');
  return at === -1 || url.includes('@', at) ? [url] : [url.slice(0, at), url.slice(at + 1)];
}
