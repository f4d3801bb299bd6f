import { slotOf } from './cluster-slots';
import type { RedisConnection } from './connection/redis-connection';
import { RedisStoreLanes } from './redis-store-lanes';
import { neverSent } from './redis-store-errors';
import { ScriptLoader } from './script-loader';
import { decodeGroups, encodeGroups, type ThrottleGroup, type ThrottleReply } from './throttle-wire';

export interface ThrottleLanesOptions {
  /** Stays the caller's. */
  readonly connection: RedisConnection;
  readonly deadlineMs: number;
  readonly onStateChange: (node: string, state: 'open' | 'closed', reason: string) => void;
  /** Only for tests: milliseconds since 1970. Default: the clock of Redis. */
  readonly nowMs?: (() => number) | undefined;
}

interface Waiting {
  readonly group: ThrottleGroup;
  readonly raisedAtMs: number;
  readonly resolve: (replies: readonly ThrottleReply[]) => void;
  readonly reject: (error: unknown) => void;
}

/** With two, Redis works on one batch while the next is on its way. */
const MAX_BATCHES_IN_FLIGHT = 2;
/** Redis does nothing else while a script runs. */
const MAX_GROUPS_PER_BATCH = 64;

/** Groups of hits on their way to the nodes of one Redis: those of one slot go together, with all that wait. */
export class ThrottleLanes {
  private readonly lanes: RedisStoreLanes;
  private readonly loader: ScriptLoader;
  private readonly lines = new Map<number, Line>();

  constructor(private readonly options: ThrottleLanesOptions) {
    this.loader = new ScriptLoader(options.connection);
    this.lanes = new RedisStoreLanes({
      connection: options.connection,
      keyOf: (identity) => identity,
      deadlineMs: options.deadlineMs,
      onStateChange: options.onStateChange,
      nowMs: () => performance.now(),
      nowTicks: undefined,
    });
  }

  /** The slot that a key lives in; 0 without a cluster. */
  slotOf(redisKey: string): number {
    const { connection } = this.options;
    return connection.isCluster ? slotOf(connection.keyPrefix + redisKey) : 0;
  }

  /** Decides hits whose keys share a slot. Rejects with `StoreUnavailableError`. */
  decide(group: ThrottleGroup, slot: number): Promise<readonly ThrottleReply[]> {
    let line = this.lines.get(slot);
    if (line === undefined) {
      line = new Line(
        (groups) => this.send(groups, slot),
        this.options.deadlineMs,
        () => this.lines.delete(slot),
      );
      this.lines.set(slot, line);
    }
    return line.add(group);
  }

  close(): Promise<void> {
    return this.lanes.close();
  }

  private async send(groups: readonly ThrottleGroup[], slot: number): Promise<readonly (readonly ThrottleReply[])[]> {
    const { connection, deadlineMs, nowMs } = this.options;
    const sentAtMs = performance.now();
    const caller = {
      get isGone(): boolean {
        return performance.now() - sentAtMs > deadlineMs;
      },
    };
    const call = encodeGroups(groups, nowMs?.());
    const reply = await this.lanes.of(slot).call(() => this.loader.run(connection.nodeOf(slot), call, caller));
    return decodeGroups(groups, reply);
  }
}

/** What waits to be sent to one slot. */
class Line {
  private readonly waiting: Waiting[] = [];
  private inFlight = 0;
  private isFlushPlanned = false;

  constructor(
    private readonly send: (groups: readonly ThrottleGroup[]) => Promise<readonly (readonly ThrottleReply[])[]>,
    private readonly deadlineMs: number,
    private readonly onIdle: () => void,
  ) {}

  add(group: ThrottleGroup): Promise<readonly ThrottleReply[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ group, raisedAtMs: performance.now(), resolve, reject });
      this.planFlush();
    });
  }

  /** After the callbacks of this turn of the event loop, so that all requests it has read go together. */
  private planFlush(): void {
    if (this.isFlushPlanned || this.inFlight >= MAX_BATCHES_IN_FLIGHT) return;
    this.isFlushPlanned = true;
    setImmediate(this.flush);
  }

  private readonly flush = (): void => {
    this.isFlushPlanned = false;
    while (this.waiting.length > 0 && this.inFlight < MAX_BATCHES_IN_FLIGHT) {
      const batch = this.waiting.splice(0, MAX_GROUPS_PER_BATCH).filter((one) => !this.isOverdue(one));
      if (batch.length > 0) void this.sendBatch(batch);
    }
    if (this.waiting.length === 0 && this.inFlight === 0) this.onIdle();
  };

  /** Nothing may be counted for whom nobody waits any more. */
  private isOverdue({ raisedAtMs, reject }: Waiting): boolean {
    if (performance.now() - raisedAtMs < this.deadlineMs) return false;
    reject(neverSent('this address', `it was still at earlier decisions after ${this.deadlineMs} ms`));
    return true;
  }

  private async sendBatch(batch: readonly Waiting[]): Promise<void> {
    this.inFlight++;
    try {
      const replies = await this.send(batch.map(({ group }) => group));
      batch.forEach(({ resolve }, i) => {
        resolve(replies[i] as readonly ThrottleReply[]);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.inFlight--;
      if (this.waiting.length > 0) this.planFlush();
      else if (this.inFlight === 0) this.onIdle();
    }
  }
}
