import type { RedisClient } from './connection/redis-client';
import type { RedisConnection } from './connection/redis-connection';
import type { CommandObserver } from './lane-options';
import { isNoScript } from './redis-store-errors';
import type { RedisScript } from './script';
import type { ScriptCall } from './wire';

/** How often a call loads its script before it gives up: somebody flushes scripts in a loop. */
const MAX_LOADS = 4;

/** Whoever waits for a call, and may have gone meanwhile. */
export interface Caller {
  readonly isGone: boolean;
}

/** Runs script calls, and loads a script where a node has forgotten it. */
export class ScriptLoader {
  /** Loads under way, by script and node. */
  private readonly loads = new Map<string, Promise<unknown>>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly onCommand?: CommandObserver,
  ) {}

  /**
   * The reply of the script. A call that meets NOSCRIPT did not run, so it alone is sent again, unless the caller has
   * gone: nothing may be charged for whom nobody waits.
   */
  run(node: string, call: ScriptCall, caller: Caller, loads = 0): Promise<unknown> {
    const { script, keys, args } = call;
    const reply = this.connection.client.callBuffer('evalsha', script.sha, keys.length, ...keys, ...args);
    return reply.catch(async (error: unknown) => {
      if (!isNoScript(error) || loads === MAX_LOADS) throw error;
      await this.load(script, node, loads > 0, error);
      if (caller.isGone) throw error;
      return this.run(node, call, caller, loads + 1);
    });
  }

  /**
   * Calls that need a script at the same time wait for one load. A slot that is just moving is served by two nodes, and
   * no error says by which: where loading at one did not help, all are told.
   */
  private load(script: RedisScript, node: string, everywhere: boolean, why: unknown): Promise<unknown> {
    const key = `${script.sha} ${everywhere ? '' : node}`;
    const underWay = this.loads.get(key);
    if (underWay !== undefined) return underWay;
    this.onCommand?.failed(why);
    const loads = this.clients(node, everywhere).map((client) => client.script('LOAD', script.body));
    const load = (loads.length === 1 ? Promise.all(loads) : Promise.allSettled(loads)).finally(() =>
      this.loads.delete(key),
    );
    this.loads.set(key, load);
    return load;
  }

  private clients(node: string, everywhere: boolean): readonly RedisClient[] {
    const { client } = this.connection;
    if (!hasNodes(client)) return [client];
    const own = everywhere ? undefined : this.connection.clientOf(node);
    return own === undefined ? client.nodes('master') : [own];
  }
}

interface ClusterClient extends RedisClient {
  nodes(role: 'master'): readonly RedisClient[];
}

function hasNodes(client: RedisClient): client is ClusterClient {
  return typeof (client as Partial<ClusterClient>).nodes === 'function';
}
