import type { CheckedRedisOptions } from '../redis-options-checked';
import { BaseConnection } from './base-connection';
import { nodeNameOf } from './client-name';
import { Pulse } from './pulse';
import type { SingleClient } from './redis-client';
import { reasonOf } from './reason';
import { type RedisLog, say } from './redis-log';
import type { ScriptUse } from './server-check';

/** A connection to one Redis: alone, or the master that Sentinels name. */
export class SingleConnection extends BaseConnection<SingleClient> {
  readonly isCluster = false;
  private readonly pulse: Pulse | undefined;
  private readonly node: string;
  private hasToldDatabase = false;

  constructor(options: CheckedRedisOptions, log: RedisLog, use: ScriptUse) {
    super(options, log, use);
    this.node = nodeNameOf(this.client.options);
    this.listen('ready', () => {
      this.arrived();
    });
    if (this.isOurs) {
      const clients = [this.client];
      this.pulse = new Pulse(
        () => clients,
        (client) => {
          this.state.failed(new Error('it has stopped answering'));
          client.disconnect(true);
        },
      );
    } else if (this.client.status === 'ready') {
      this.arrived();
    } else if (this.client.status === 'wait') {
      // Otherwise its first command would connect it, which is not sent as long as it is not connected.
      this.client.connect().catch(() => undefined);
    }
  }

  nodeOf(): string {
    return this.node;
  }

  clientOf(): SingleClient {
    return this.client;
  }

  protected stop(): void {
    this.pulse?.stop();
  }

  /** Where a database is refused, ioredis goes on in database 0, and there is no other word of it. */
  protected override failed(error: unknown): void {
    if ((error as { command?: { name?: string } } | undefined)?.command?.name !== 'select') {
      super.failed(error);
    } else if (!this.hasToldDatabase) {
      this.hasToldDatabase = true;
      const what = `${this.nameNow()} refuses the database: ${reasonOf(error)}. Limits are kept in its database 0.`;
      say(this.log, 'error', what);
    }
  }

  private arrived(): void {
    this.rights.forget();
    this.ready();
    void this.check.run(this.client);
  }
}
