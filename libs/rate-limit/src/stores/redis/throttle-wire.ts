import { createHash } from 'node:crypto';
import { StoreUnavailableError } from '../../core/errors';
import type { RedisScript } from './script';
import { throttleBody } from './scripts.generated';
import type { ScriptCall } from './wire';

/** One hit of a throttler. Times are milliseconds. */
export interface ThrottleTerms {
  readonly throttlerName: string;
  readonly ttl: number;
  readonly limit: number;
  readonly blockDuration: number;
}

/** Hits that are decided together. */
export type ThrottleGroup = readonly (ThrottleTerms & { readonly redisKey: string })[];

/** What Redis says of one hit. */
export interface ThrottleReply {
  readonly totalHits: number;
  /** Seconds. */
  readonly timeToExpire: number;
  readonly isBlocked: boolean;
  /** Seconds. */
  readonly timeToBlockExpire: number;
}

/** Counts hits as @nestjs/throttler does; lua/throttle.lua says how. */
export const throttleScript: RedisScript = {
  name: 'throttle',
  body: throttleBody,
  sha: createHash('sha1').update(throttleBody).digest('hex'),
};

/** One EVALSHA for many groups, decided in their order. `nowMs` stands in for the clock of Redis in tests. */
export function encodeGroups(groups: readonly ThrottleGroup[], nowMs = 0): ScriptCall {
  const keys = new Map<string, number>();
  const terms = new Map<string, number>();
  const args: (string | number)[] = [nowMs, 0];
  const program: number[] = [];
  for (const group of groups) {
    program.push(group.length);
    for (const { redisKey, throttlerName, ttl, limit, blockDuration } of group) {
      const text = `${ttl} ${limit} ${blockDuration} ${throttlerName}`;
      const isNew = !terms.has(text);
      program.push(placeOf(keys, redisKey), placeOf(terms, text));
      if (isNew) args.push(throttlerName, ttl, limit, blockDuration);
    }
  }
  args[1] = terms.size;
  args.push(program.join(','));
  return { script: throttleScript, keys: [...keys.keys()], args };
}

function placeOf(places: Map<string, number>, text: string): number {
  const known = places.get(text);
  if (known !== undefined) return known;
  places.set(text, places.size + 1);
  return places.size;
}

const NUMBERS_PER_HIT = 4;

/** Per group: what Redis said of each of its hits. */
export function decodeGroups(groups: readonly ThrottleGroup[], reply: unknown): readonly (readonly ThrottleReply[])[] {
  const hits = groups.reduce((sum, { length }) => sum + length, 0);
  if (!Array.isArray(reply) || reply.length !== hits * NUMBERS_PER_HIT) throw unreadable(reply);
  // As numbers also where a client has `stringNumbers`.
  const numbers = reply.map(Number);
  if (numbers.some(Number.isNaN)) throw unreadable(reply);
  let at = 0;
  const next = (): number => numbers[at++] as number;
  return groups.map((group) =>
    group.map(() => ({
      totalHits: next(),
      timeToExpire: next(),
      isBlocked: next() === 1,
      timeToBlockExpire: next(),
    })),
  );
}

function unreadable(reply: unknown): StoreUnavailableError {
  const what = Array.isArray(reply) ? `a list of ${reply.length} that does not fit the call` : typeof reply;
  return new StoreUnavailableError(`The reply of Redis cannot be read: it is ${what}.`, true);
}
