import { messageOf } from '../engine/log';
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

/** A script was sent, and no answer came: it may have run, or run later. */
export class UncertainError extends Error {}

const TIMEOUT_MS = 1_000;
/** The words of ioredis for a connection that is about to be there, as after a boot. */
const BEING_CONNECTED: ReadonlySet<string> = new Set(['connecting', 'connect']);

/** Rejects where the script fails; with an UncertainError where no answer comes within a second, or at all. */
export async function runScript(
  client: ControlRedis,
  { sha, body }: ControlScript,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  if (BEING_CONNECTED.has(client.status)) await untilReady(client);
  if (client.status !== 'ready') throw new Error(`Redis is not connected (${client.status}).`);
  const run = (): Promise<unknown> => client.evalsha(sha, keys.length, ...keys, ...args);
  const answered = run().catch(async (error: unknown) => {
    if (!String(error).includes('NOSCRIPT')) throw error;
    // Not EVAL, which the user of the limiter has no right to. Of a Cluster any master may have the keys.
    await Promise.all((client.nodes?.('master') ?? [client]).map((node) => node.script('LOAD', body)));
    return run();
  });
  try {
    return await within(TIMEOUT_MS, answered);
  } catch (error) {
    // The name that every version of the driver gives to what Redis itself answers.
    if (error instanceof Error && error.name === 'ReplyError') throw error;
    throw new UncertainError(messageOf(error), { cause: error });
  }
}

/** One wait for all who ask meanwhile: a listener each would be too many for the client's liking. */
const waits = new WeakMap<ControlRedis, Promise<void>>();

function untilReady(client: ControlRedis): Promise<void> {
  const known = waits.get(client);
  if (known !== undefined) return known;
  const wait = becomingReady(client).finally(() => waits.delete(client));
  waits.set(client, wait);
  return wait;
}

/** A second at most. Whoever asks is told of the state that the client is in by then. */
async function becomingReady(client: ControlRedis): Promise<void> {
  let stop = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    client.on('ready', resolve);
    stop = () => client.off('ready', resolve);
  });
  await within(TIMEOUT_MS, ready).catch(() => undefined);
  stop();
}
