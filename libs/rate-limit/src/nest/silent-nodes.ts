import type { CalmLog } from '../engine/log';
import type { RedisConnection } from '../stores/redis/connection/redis-connection';

/** What is over before that is not told: most nodes that stop answering turn out to be disconnected. */
const TELL_AFTER_MS = 500;

/**
 * Tells of nodes that are connected and yet not asked, because they do not answer. A connection that is lost, and found
 * again, tells that itself: of each change of state there is one line in the log.
 */
export class SilentNodes {
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly told = new Set<string>();

  constructor(
    private readonly log: CalmLog,
    private readonly connection: Pick<RedisConnection, 'isReady' | 'onStateChange'>,
  ) {
    connection.onStateChange((state) => {
      if (state === 'lost') this.told.clear();
    });
  }

  opened(node: string, reason: string): void {
    if (this.waiting.has(node) || this.told.has(node)) return;
    const tell = (): void => {
      this.waiting.delete(node);
      if (!this.connection.isReady) return;
      this.told.add(node);
      this.log.tell('error', `[Redis] ${nameOf(node)} is not asked for now: ${reason}. Probes go on.`);
    };
    this.waiting.set(node, setTimeout(tell, TELL_AFTER_MS).unref());
  }

  closed(node: string, reason: string): void {
    clearTimeout(this.waiting.get(node));
    this.waiting.delete(node);
    if (this.told.delete(node)) this.log.tell('warn', `[Redis] ${nameOf(node)} is no longer left alone: ${reason}.`);
  }
}

/** Nodes of a Cluster are known by their address; where there is one Redis, the lines before say which. */
function nameOf(node: string): string {
  return node.includes(':') ? node : 'It';
}
