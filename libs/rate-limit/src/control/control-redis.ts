import { within } from '../statistics/statistics-redis';
import type { ControlScript } from './redis-scripts';

/** What the control plane asks of a client: a structural part of ioredis' `Redis` and `Cluster`. */
export interface ControlRedis {
  readonly status: string;
  evalsha(sha: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  eval(body: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
}

const TIMEOUT_MS = 1_000;

/** Rejects where the script fails, or no answer comes within a second. */
export async function runScript(
  client: ControlRedis,
  { sha, body }: ControlScript,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  if (client.status !== 'ready') throw new Error(`Redis is not connected (${client.status}).`);
  const whole = [...keys, ...args];
  return within(
    TIMEOUT_MS,
    client.evalsha(sha, keys.length, ...whole).catch((error: unknown) => {
      if (!String(error).includes('NOSCRIPT')) throw error;
      return client.eval(body, keys.length, ...whole);
    }),
  );
}
