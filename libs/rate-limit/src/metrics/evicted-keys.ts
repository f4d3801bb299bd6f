import type { RedisFacts } from '../statistics/redis-probe';

/**
 * Keys that Redis dropped, over all of its nodes. Never falls: Prometheus would take a sum without a node that is silent
 * for a restart, and all that the others had ever dropped for a rise.
 */
export class EvictedKeys {
  /** What each node told last, and what it told before it was started anew or another took its place. */
  private readonly nodes = new Map<string, { readonly before: number; readonly last: number }>();

  /** `undefined` until a node has told. */
  sum(facts: readonly Pick<RedisFacts, 'node' | 'evictedKeys'>[]): number | undefined {
    for (const { node = '', evictedKeys } of facts) if (evictedKeys !== undefined) this.note(node, evictedKeys);
    if (this.nodes.size === 0) return undefined;
    return [...this.nodes.values()].reduce((sum, { before, last }) => sum + before + last, 0);
  }

  private note(node: string, told: number): void {
    const { before, last } = this.nodes.get(node) ?? { before: 0, last: 0 };
    this.nodes.set(node, { before: told < last ? before + last : before, last: told });
  }
}
