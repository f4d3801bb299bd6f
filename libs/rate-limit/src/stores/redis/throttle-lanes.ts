import { slotOf } from './cluster-slots';
import type { RedisConnection } from './connection/redis-connection';
import { PendingGroup } from './pending-group';
import { gatherRepeats } from './repeated-group';
import { RedisStoreLanes } from './redis-store-lanes';
import { ScriptLoader } from './script-loader';
import { ThrottleLine } from './throttle-line';
import { decodeGroups, encodeGroups, type ThrottleGroup, type ThrottleReply } from './throttle-wire';

export interface ThrottleLanesOptions {
  /** Stays the caller's. */
  readonly connection: RedisConnection;
  readonly deadlineMs: number;
  readonly onStateChange: (node: string, state: 'open' | 'closed', reason: string) => void;
  /** Redis answered what was sent then, on a monotonic clock. */
  readonly onAnswer: (sentAtMs: number) => void;
  /** Only for tests: milliseconds since 1970. Default: the clock of Redis. */
  readonly nowMs?: (() => number) | undefined;
}

/** Monotonic. */
const monotonicMs = (): number => performance.now();

/** Groups of hits on their way to the nodes of one Redis: those that wait for one node go together. */
export class ThrottleLanes {
  private readonly lanes: RedisStoreLanes;
  private readonly loader: ScriptLoader;
  private readonly lines = new Map<string, ThrottleLine>();

  constructor(private readonly options: ThrottleLanesOptions) {
    this.loader = new ScriptLoader(options.connection);
    this.lanes = new RedisStoreLanes({
      connection: options.connection,
      keyOf: (identity) => identity,
      deadlineMs: options.deadlineMs,
      onStateChange: options.onStateChange,
      nowMs: monotonicMs,
      nowTicks: undefined,
    });
  }

  /** The slot that a key lives in; 0 without a cluster. */
  slotOf(redisKey: string): number {
    const { connection } = this.options;
    return connection.isCluster ? slotOf(connection.keyPrefix + redisKey) : 0;
  }

  /**
   * Decides hits whose keys share a slot, within the deadline. Rejects with `StoreUnavailableError`, unless `instead`
   * answers for Redis.
   */
  decide(
    group: ThrottleGroup,
    slot: number,
    instead?: (error: Error) => readonly ThrottleReply[],
  ): Promise<readonly ThrottleReply[]> {
    const { refusal } = this.lanes.of(slot);
    const pending = new PendingGroup(group, slot, monotonicMs(), instead);
    if (refusal === undefined) this.lineTo(slot).add(pending);
    else pending.reject(refusal);
    return pending.replies;
  }

  close(): Promise<void> {
    return this.lanes.close();
  }

  private lineTo(slot: number): ThrottleLine {
    const node = this.options.connection.nodeOf(slot);
    const known = this.lines.get(node);
    if (known !== undefined) return known;
    const line = new ThrottleLine({
      node,
      deadlineMs: this.options.deadlineMs,
      nowMs: monotonicMs,
      send: async (groups, ofSlot, batch) => {
        const repeated = gatherRepeats(groups);
        const call = encodeGroups(repeated, this.options.nowMs?.());
        const reply = await this.lanes.of(ofSlot).call('evalsha', () => this.loader.run(node, call, batch));
        this.options.onAnswer(batch.sentAtMs);
        return decodeGroups(repeated, reply);
      },
    });
    this.lines.set(node, line);
    return line;
  }
}
