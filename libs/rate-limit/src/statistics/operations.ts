import type { RateLimitStore } from '../core/store';
import type { CalmLog } from '../engine/log';
import { messageOf } from '../engine/log';
import type { KnownPolicies } from './known-policies';
import type { PolicyFacts } from '../engine/statistics/policy-counters';
import { Statistics } from '../engine/statistics/statistics';
import { StoreStatus } from '../engine/statistics/store-status';
import { EventSource } from '../events/event-source';
import { PolicyWatch } from '../events/policy-watch';
import { RateLimitEvents } from '../events/rate-limit-events';
import { RefusalLog, type RefusalLine, refusalText } from '../events/refusal-log';
import type { InstanceReport } from './fleet-report';
import { ControlFigures } from './control-figures';
import { FleetStatistics } from './fleet-statistics';
import { configHash, type InstanceIdentity, newInstanceIdentity } from './instance-identity';
import { type KeyText, keyTextOf, looksHidden, withKeyText } from './key-text';
import { libraryVersion } from './library-version';
import { RedisFleet } from './redis-fleet';
import { RedisProbe, type ProbedRedis } from './redis-probe';
import type { StatisticsSink } from './statistics-sink';
import type { StatisticsRedis } from './statistics-redis';

/** How the limiter reports what it does. */
export interface OperationsOptions {
  /** Refusals written to the log in each second and policy; the others of the second are one line. Default 0: none. */
  readonly logRefusals?: number | undefined;
  /** What is shown in place of an identity in logs and statistics. Default: its kind and a digest. */
  readonly keyText?: KeyText | undefined;
  /** Where the lines about refusals go. Default: text, to the module's logger. */
  readonly writeRefusal?: ((line: RefusalLine) => void) | undefined;
}

/** The Redis behind the store: the store's own client, and what its keys start with. */
export interface OperatedRedis {
  readonly client: StatisticsRedis & ProbedRedis;
  readonly prefix: string;
}

const NO_FACTS: PolicyFacts = { limit: undefined, windowSeconds: undefined, shadow: false };
const SECOND_MS = 1_000;

/** Everything by which a running limiter is watched. One a `forRoot`; health, metrics and events are made of it. */
export class Operations {
  readonly identity: InstanceIdentity = newInstanceIdentity(libraryVersion());
  readonly events: RateLimitEvents;
  /** What is shown of a key. */
  readonly keyText: KeyText;
  readonly statistics: Statistics;
  readonly status: StoreStatus;
  readonly fleet: FleetStatistics;
  /** What operators decide, as metrics show it. */
  readonly control = new ControlFigures();
  /** `undefined` where there is no Redis. */
  redis: RedisProbe | undefined;
  /** For the self-test. */
  store: RateLimitStore | undefined;
  private readonly source: EventSource;
  private readonly refusals: RefusalLog | undefined;
  private sink: StatisticsSink | undefined;
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;
  private readonly policyWatch = new PolicyWatch();
  private policiesSeen = -1;
  private hash: { readonly version: number; readonly text: string } | undefined;

  constructor(
    readonly policies: KnownPolicies,
    private readonly log: CalmLog,
    private readonly options: OperationsOptions = {},
  ) {
    this.events = new RateLimitEvents((type, error) => {
      log.error(`event ${type}`, () => `A listener of the event ${type} failed: ${messageOf(error)}`);
    });
    this.source = new EventSource(this.events);
    this.keyText = keyTextOf(options.keyText, log);
    const factsOf = (name: string): PolicyFacts => policies.factsOf(name) ?? NO_FACTS;
    this.statistics = new Statistics({ factsOf, listener: this.source });
    this.status = new StoreStatus(this.source);
    this.fleet = new FleetStatistics(
      () => this.report(),
      () => this.sink,
    );
    this.refusals = this.openRefusalLog();
  }

  /** Whether a key of statistics stands for nobody any more, so that it can be shown as it is. */
  isHidden(key: string): boolean {
    return this.options.keyText === undefined && looksHidden(key);
  }

  /** The same on all instances with the same policies. */
  get configHash(): string {
    const { version } = this.policies;
    if (this.hash?.version !== version) this.hash = { version, text: configHash(this.policies.describe()) };
    return this.hash.text;
  }

  /** To be called when the store was opened. Begins to flush once a second. */
  start(store: RateLimitStore, redis?: OperatedRedis): void {
    this.store = store;
    this.status.opened(store.source);
    if (redis !== undefined) {
      this.sink = new RedisFleet(redis.client, redis.prefix);
      this.redis = new RedisProbe(redis.client);
    }
    this.timer = setInterval(() => {
      this.nextSecond();
    }, SECOND_MS);
    this.timer.unref();
  }

  /** Says good-bye to the other instances. To be called before the store is closed. Never rejects. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.source.end();
    await this.flushing;
    await this.sink?.leave(this.report()).catch(() => undefined);
  }

  warnOnce(subject: string, message: string): void {
    this.log.warnOnce(subject, message);
  }

  /** What this process says of itself, as it is now. */
  report(): InstanceReport {
    return {
      identity: this.identity,
      configHash: this.configHash,
      store: this.status.snapshot(),
      atMs: Date.now(),
      statistics: withKeyText(this.statistics.snapshot(), this.keyText),
    };
  }

  private nextSecond(): void {
    this.statistics.nextSecond();
    if (this.policies.version !== this.policiesSeen) this.lookAtPolicies();
    this.refusals?.nextSecond();
    // One that takes longer is waited for: its successor tells all that it told.
    this.flushing ??= this.flush().finally(() => (this.flushing = undefined));
  }

  private lookAtPolicies(): void {
    this.policiesSeen = this.policies.version;
    const texts = Object.entries(this.policies.describe()).map(
      ([name, options]) => [name, configHash(options)] as const,
    );
    for (const change of this.policyWatch.look(new Map(texts))) {
      this.events.emit({ type: 'policy-changed', atMs: Date.now(), ...change });
    }
  }

  private async flush(): Promise<void> {
    if (this.sink === undefined) return;
    if (this.status.snapshot().state !== 'up') {
      // Counts wait for a store that is well; one that is only being connected is not complained of. That the instance
      // lives, the others must not miss: they share with it.
      await this.sink.announce(this.identity.id).catch(() => undefined);
      return;
    }
    const shared = this.sink.flush(this.report()).then(() => this.fleet.countLive());
    await shared.catch((error: unknown) => {
      this.log.error(
        'statistics',
        () => `The statistics could not be shared with other instances: ${messageOf(error)}`,
      );
    });
  }

  private openRefusalLog(): RefusalLog | undefined {
    const { logRefusals = 0 } = this.options;
    if (logRefusals <= 0) return undefined;
    return new RefusalLog(this.events, {
      perSecond: logRefusals,
      keyText: this.keyText,
      write: (line) => {
        this.writeRefusal(line);
      },
    });
  }

  private writeRefusal(line: RefusalLine): void {
    const { writeRefusal } = this.options;
    if (writeRefusal === undefined) {
      this.log.tell('warn', refusalText(line));
      return;
    }
    try {
      writeRefusal(line);
    } catch (error) {
      this.log.error('writeRefusal', () => `operations.writeRefusal failed: ${messageOf(error)} The line is lost.`);
    }
  }
}
