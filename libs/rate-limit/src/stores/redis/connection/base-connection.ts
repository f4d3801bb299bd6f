import { StoreUnavailableError } from '../../../core/errors';
import type { CheckedRedisOptions } from '../redis-options-checked';
import { nameOf } from './client-name';
import { closeClient } from './close-client';
import { hearLateErrors } from './late-errors';
import { LinkState } from './link-state';
import { openClient } from './open-client';
import { ReadOnlyGuard } from './read-only-guard';
import type { ClusterClient, SingleClient } from './redis-client';
import type { ConnectionState, RedisConnection } from './redis-connection';
import { type RedisLog, say } from './redis-log';
import { Rights } from './rights';
import { unsafeOptionsOf } from './safe-options';
import { type ScriptUse, ServerCheck } from './server-check';

type Listener = (...args: never[]) => void;

/** What a connection to one Redis and one to a Cluster have in common: opening, telling, closing. */
export abstract class BaseConnection<C extends SingleClient | ClusterClient> implements RedisConnection {
  abstract readonly isCluster: boolean;
  readonly client: C;
  readonly keyPrefix: string;
  protected readonly state: LinkState;
  protected readonly check: ServerCheck;
  protected readonly rights: Rights;
  protected readonly isOurs: boolean;
  private readonly listeners = new Set<(state: ConnectionState) => void>();
  /** Those who wait for it to be ready: what ends their waiting. */
  private readonly waiting = new Set<(error: Error) => void>();
  private readonly attached: [event: string, listener: Listener][] = [];
  private closing: Promise<void> | undefined;

  constructor(
    protected readonly options: CheckedRedisOptions,
    protected readonly log: RedisLog,
    use: ScriptUse,
  ) {
    const { target, connectionName, prefix } = options;
    this.state = new LinkState(this.nameNow, log);
    this.rights = new Rights(this.nameNow, log);
    const readOnly = new ReadOnlyGuard();
    const reconnectOnError = (error: Error): boolean => {
      this.rights.see(error);
      const reconnects = readOnly.shouldReconnect(error);
      if (reconnects) this.state.failed(error);
      return reconnects;
    };
    this.isOurs = target.kind !== 'client' || !target.share;
    this.client = openClient(target, { connectionName, reconnectOnError }) as C;
    this.keyPrefix = this.client.options.keyPrefix ?? '';
    const probeKey = `${this.keyPrefix}${prefix}:{floodgate}`;
    this.check = new ServerCheck({
      nameNow: this.nameNow,
      log,
      rights: this.rights,
      isCluster: () => this.isCluster,
      probeKey,
      use,
    });
    // Without a listener an error would end the process, or be printed by ioredis.
    this.listen('error', (error: unknown) => {
      hearLateErrors(this.client);
      if (!this.isClosing) this.failed(error);
    });
    this.listen('close', () => {
      this.lost();
    });
    if (this.isOurs) return;
    this.complainOfOptions();
    // It tells nothing more by itself.
    if (this.client.status === 'end') this.state.failed(new Error('the client was closed before'));
  }

  get isReady(): boolean {
    return this.state.isUp && !this.isClosing;
  }

  protected get isClosing(): boolean {
    return this.closing !== undefined;
  }

  abstract nodeOf(slot: number): string;
  abstract clientOf(node: string): SingleClient | undefined;
  /** Stops what the subclass runs beside the client. */
  protected abstract stop(): void;

  onStateChange(listener: (state: ConnectionState) => void): void {
    this.listeners.add(listener);
  }

  async waitUntilReady(timeoutMs: number): Promise<void> {
    if (this.isReady) return;
    let timer: NodeJS.Timeout | undefined;
    let listener: ((state: ConnectionState) => void) | undefined;
    let end: ((error: Error) => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        listener = (state) => {
          if (state === 'ready') resolve();
        };
        end = reject;
        this.listeners.add(listener);
        this.waiting.add(end);
        timer = setTimeout(() => {
          reject(new StoreUnavailableError(`No connection to ${this.nameNow()}: ${this.state.reason}.`, false));
        }, timeoutMs);
        if (this.isClosing) this.endWaiting();
      });
    } finally {
      clearTimeout(timer);
      if (listener !== undefined) this.listeners.delete(listener);
      if (end !== undefined) this.waiting.delete(end);
    }
  }

  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  protected readonly nameNow = (): string => nameOf(this.options.target, () => this.openedClient());

  protected listen(event: string, listener: Listener): void {
    this.attached.push([event, listener]);
    this.client.on(event, listener);
  }

  protected ready(): void {
    if (!this.isClosing && this.state.up()) this.tell('ready');
  }

  protected failed(error: unknown): void {
    this.state.failed(error);
  }

  protected lost(): void {
    if (!this.isClosing && this.state.down()) this.tell('lost');
  }

  private tell(state: ConnectionState): void {
    for (const listener of [...this.listeners]) listener(state);
  }

  /** Names are asked for while the constructor still runs. */
  private openedClient(): C | undefined {
    return this.client;
  }

  private complainOfOptions(): void {
    const unsafe = unsafeOptionsOf(this.client.options);
    if (unsafe.length === 0) return;
    const remedy = 'Leave out share: true, so that a duplicate with safe options is used.';
    say(
      this.log,
      'warn',
      `${this.nameNow()} has options that are unsafe for a rate limiter: ${unsafe.join('; ')}. ${remedy}`,
    );
  }

  private endWaiting(): void {
    const error = new StoreUnavailableError(`The connection to ${this.nameNow()} was closed.`, false);
    for (const end of this.waiting) end(error);
  }

  private async end(): Promise<void> {
    this.endWaiting();
    this.stop();
    if (this.isOurs) {
      say(this.log, 'log', 'Closing connection…');
      await closeClient(this.client);
      say(this.log, 'log', 'Connection closed');
      // Ours keep their listeners: a late error must still find one.
      return;
    }
    for (const [event, listener] of this.attached) this.client.off(event, listener);
  }
}
