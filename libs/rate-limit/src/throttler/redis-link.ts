import type { StoreFailure } from '../engine/failure/store-failure';
import { StoreModeWatch } from '../engine/failure/store-mode';
import type { CalmLog } from '../engine/log';
import { StoreLog } from '../nest/store-log';
import { connectRedis } from '../stores/redis/connection/connect-redis';
import type { RedisConnection } from '../stores/redis/connection/redis-connection';
import { deniedCommand } from '../stores/redis/connection/rights';
import type { CheckedRedisOptions } from '../stores/redis/redis-options-checked';
import { ThrottleLanes } from '../stores/redis/throttle-lanes';

/** The connection of a storage, what is on its way through it, and what the log says of both. */
export class RedisLink {
  readonly connection: RedisConnection;
  readonly lanes: ThrottleLanes;
  private readonly storeLog: StoreLog;
  private readonly watch: StoreModeWatch;
  /** Nodes that are not asked for now: a line of their own says why. */
  private readonly leftAlone = new Set<string>();

  constructor(options: CheckedRedisOptions, nowMs: (() => number) | undefined, log: CalmLog) {
    const connection = connectRedis(options, log.logger, 'throttlers');
    this.connection = connection;
    this.storeLog = new StoreLog(log, {
      subject: '[Redis] It',
      isToldElsewhere: (reason) =>
        !connection.isReady || this.leftAlone.size > 0 || deniedCommand(reason) !== undefined,
    });
    this.watch = new StoreModeWatch(
      () => performance.now(),
      (mode, reason) => {
        this.storeLog.changed(mode, reason);
      },
    );
    this.lanes = new ThrottleLanes({
      connection,
      deadlineMs: options.deadlineMs,
      nowMs,
      onAnswer: (askedMs) => {
        this.watch.answered(askedMs);
      },
      onStateChange: (node, state, reason) => {
        if (state === 'open') this.leftAlone.add(node);
        else this.leftAlone.delete(node);
        // A connection that is lost says so itself.
        if (!connection.isReady) return;
        if (state === 'open') log.tell('error', `[Redis] ${node} is not asked for now: ${reason}`);
        else log.tell('warn', `[Redis] ${node} is asked again: ${reason}`);
      },
    });
  }

  /** Redis did not decide. */
  failed(failure: StoreFailure): void {
    this.watch.failed(failure, []);
  }

  async close(): Promise<void> {
    this.storeLog.end();
    await this.lanes.close();
    await this.connection.close();
  }
}
