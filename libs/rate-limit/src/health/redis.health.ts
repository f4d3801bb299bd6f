import { Inject, Injectable } from '@nestjs/common';
import { Operations } from '../statistics/operations';
import type { RedisFacts } from '../statistics/redis-probe';
import type { HealthResult, HealthStatus } from './health-report';

export interface RedisHealthOptions {
  /** The longest to wait for an answer, in milliseconds. Default 500. */
  readonly timeoutMs?: number | undefined;
  /** What a Redis that does not answer makes of the whole. Default `degraded`; with `up`, one that is nearly full is up. */
  readonly downIs?: HealthStatus | undefined;
}

const TIMEOUT_MS = 500;
/** Of its maximum, the memory from which on a Redis is nearly full. */
const FULL = 0.9;

/**
 * Whether Redis answers, and what it says of itself. Answers are kept for a second, so that many probes are no load; a
 * limiter without Redis has nothing to ask and is up.
 */
@Injectable()
export class RedisHealthIndicator {
  constructor(@Inject(Operations) private readonly operations: Operations) {}

  /** Never rejects, and never takes longer than `timeoutMs`. */
  async check<const Name extends string>(
    name: Name,
    { timeoutMs = TIMEOUT_MS, downIs = 'degraded' }: RedisHealthOptions = {},
  ): Promise<HealthResult<Name>> {
    const { redis } = this.operations;
    if (redis === undefined) return resultOf(name, { status: 'up', store: 'in this process: there is no Redis' });
    const asked = Promise.all([redis.ping(timeoutMs), redis.facts(timeoutMs)]);
    const answer = await Promise.race([asked, after(timeoutMs)]);
    if (answer === undefined) return resultOf(name, { status: downIs, error: noAnswer(timeoutMs) });
    const [{ isUp, latencyMs, error, nodes }, facts] = answer;
    if (!isUp) return resultOf(name, { status: downIs, error, nodes });
    const told = facts.map(tell);
    const isFull = facts.some(isNearlyFull);
    return resultOf(name, {
      status: isFull && downIs !== 'up' ? 'degraded' : 'up',
      ...(isFull ? { warning: `more than ${String(FULL * 100)} % of maxmemory is used` } : {}),
      latencyMs,
      connections: redis.connections,
      ...(told.length === 1 && nodes === 1 ? told[0] : { nodes, nodeDetails: told }),
    });
  }
}

function isNearlyFull({ memoryUsedBytes = 0, memoryMaxBytes = 0 }: RedisFacts): boolean {
  return memoryMaxBytes > 0 && memoryUsedBytes > FULL * memoryMaxBytes;
}

/** What the server did not say is left out. */
function tell(facts: RedisFacts): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

function resultOf<Name extends string>(name: Name, result: object): HealthResult<Name> {
  return { [name]: result } as unknown as HealthResult<Name>;
}

function noAnswer(timeoutMs: number): string {
  return `There was no answer within ${String(timeoutMs)} ms.`;
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => {
      resolve(undefined);
    }, ms).unref();
  });
}
