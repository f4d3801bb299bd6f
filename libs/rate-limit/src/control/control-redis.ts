import { within } from '../statistics/statistics-redis';
import type { ControlScript } from './redis-scripts';

/** What the control plane asks of a client: a structural part of ioredis' `Redis` and `Cluster`. */
export interface ControlRedis {
  readonly status: string;
  evalsha(sha: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  script(command: 'LOAD', body: string): Promise<unknown>;
  on(event: 'ready', listener: () => void): unknown;
  off(event: 'ready', listener: () => void): unknown;
  /** Of a Cluster only. */
  nodes?(role: 'master'): readonly Pick<ControlRedis, 'script'>[];
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
  const run = (): Promise<unknown> => client.evalsha(sha, keys.length, ...keys, ...args);
  return within(
    TIMEOUT_MS,
    run().catch(async (error: unknown) => {
      if (!String(error).includes('NOSCRIPT')) throw error;
      // Not EVAL, which the user of the limiter has no right to. Of a Cluster any master may have the keys.
      await Promise.all((client.nodes?.('master') ?? [client]).map((node) => node.script('LOAD', body)));
      return run();
    }),
  );
}
