import { createHash } from 'node:crypto';
import type { RepeatedGroup } from './repeated-group';
import { ReplyNumbers } from './reply-numbers';
import type { RedisScript } from './script';
import { throttleBody } from './scripts.generated';
import type { ScriptCall } from './wire';
import { numberText } from './wire-numbers';

/** One hit of a throttler. Times are milliseconds. */
export interface ThrottleTerms {
  /** Throttlers of one key have hits of their own. */
  readonly throttlerName: string;
  readonly ttl: number;
  readonly limit: number;
  /** 0: a client over its limit waits until its oldest hit is over. */
  readonly blockDuration: number;
}

/** The hits on one key. Many groups with one plan are sent it once, so it pays to keep it. */
export interface ThrottlePlan {
  /** Whether all throttlers of the key share a window and a block; it has one hit then. Else each has its own. */
  readonly isShared: boolean;
  readonly hits: readonly ThrottleTerms[];
}

export interface ThrottlePart {
  readonly redisKey: string;
  readonly plan: ThrottlePlan;
}

/** Hits that are decided together. */
export type ThrottleGroup = readonly ThrottlePart[];

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
export function encodeGroups(groups: readonly RepeatedGroup[], nowMs = 0): ScriptCall {
  const keys: string[] = [];
  const places = new Map<ThrottlePlan, string>();
  const args: (string | number)[] = [nowMs, 0];
  let program = '';
  for (const { group, askedAt } of groups) {
    program += askedAt.length === 1 ? numberText(group.length) : numberText(0) + numberText(askedAt.length);
    for (const { redisKey, plan } of group) {
      keys.push(redisKey);
      let place = places.get(plan);
      if (place === undefined) {
        place = numberText(places.size + 1);
        places.set(plan, place);
        args.push(plan.hits.length, plan.isShared ? 1 : 0);
        for (const { throttlerName, ttl, limit, blockDuration } of plan.hits) {
          args.push(throttlerName, ttl, limit, blockDuration);
        }
      }
      program += place;
    }
  }
  args[1] = places.size;
  args.push(program);
  return { script: throttleScript, keys, args };
}

/** What Redis said of the hits of each group, at the places where they were asked. */
export function decodeGroups(groups: readonly RepeatedGroup[], reply: unknown): readonly (readonly ThrottleReply[])[] {
  const numbers = new ReplyNumbers(reply);
  const answers: (readonly ThrottleReply[])[] = [];
  for (const { group, askedAt } of groups) {
    for (let told = 0; told < askedAt.length;) {
      const those = askedAt.length === 1 ? 1 : numbers.nextUpTo(askedAt.length - told);
      const last = readReplies(group, numbers);
      const counted = !last.some(({ isBlocked }) => isBlocked);
      for (let i = 0; i < those; i++) {
        answers[askedAt[told + i] as number] = counted && i < those - 1 ? before(last, those - 1 - i) : last;
      }
      told += those;
    }
  }
  numbers.end();
  return answers;
}

function readReplies(group: ThrottleGroup, numbers: ReplyNumbers): readonly ThrottleReply[] {
  const replies: ThrottleReply[] = [];
  for (const { plan } of group) {
    for (let hit = 0; hit < plan.hits.length; hit++) {
      const first = numbers.next();
      const timeToExpire = seconds(numbers.next());
      replies.push(
        first < 0
          ? { totalHits: -1 - first, timeToExpire, isBlocked: true, timeToBlockExpire: seconds(numbers.next()) }
          : { totalHits: first, timeToExpire, isBlocked: false, timeToBlockExpire: 0 },
      );
    }
  }
  return replies;
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

/** So many hits earlier. */
function before(replies: readonly ThrottleReply[], hits: number): readonly ThrottleReply[] {
  return replies.map((reply) => ({ ...reply, totalHits: reply.totalHits - hits }));
}
