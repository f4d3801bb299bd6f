import { systemClock } from '../core/clock';
import { show } from '../core/errors';
import type { Policy } from '../core/policy';
import { parseWholeNumber, type Problems } from '../core/problems';
import type { RateLimitStore } from '../core/store';
import { ResilientStore } from '../engine/failure/resilient-store';
import type { StoreMode } from '../engine/failure/store-mode';
import type { CalmLog } from '../engine/log';
import type { StoreStatus } from '../engine/statistics/store-status';
import type { OperatedRedis, Operations } from '../statistics/operations';
import { MemoryStore } from '../stores/memory/memory-store';
import { checkRedisOptions } from '../stores/redis/redis-options-check';
import type { RedisStoreConfig } from '../stores/redis/redis-options';
import { checkStore } from './check-store';
import { openRedisStore } from './open-redis-store';
import { compileThrottlerStore } from './open-throttler-store';
import type { MemoryStoreConfig, RateLimitModuleOptions } from './rate-limit.options';
import { StoreLog } from './store-log';
import type { ThrottlerStoreConfig } from './throttler-store';

/** A store in use, with all that was opened for it. */
export interface OpenedStore {
  readonly store: RateLimitStore;
  /** Where buckets are kept, for the log. */
  readonly description: string;
  /** Why a policy cannot be kept there; `undefined` where it can. Left out where all can. */
  objectionTo?(policy: Policy<never>): string | undefined;
  /** The Redis it is in. */
  readonly redis?: OperatedRedis;
  /** Rejects where the app is not to start without its store. */
  untilReady(): Promise<void>;
  close(): Promise<void>;
}

/** How long a decision may take where buckets are not in this process, unless the store says otherwise. */
const DEFAULT_DEADLINE_MS = 100;

/** Checks where buckets are to be kept. Nothing is opened before the returned function is called. */
export function compileStore(
  config: RateLimitModuleOptions['store'],
  log: CalmLog,
  problems: Problems,
): (operations: Operations) => OpenedStore {
  if (config === undefined) return () => inMemory(log);
  if ('consume' in config) {
    checkStore(config, problems);
    return ({ status }) => ofUser(config, log, status);
  }
  switch (config.type as unknown) {
    case 'memory':
      return compileMemory(config as MemoryStoreConfig, log, problems);
    case 'redis': {
      const checked = checkRedisOptions(config as RedisStoreConfig, problems);
      // Never called without: what could not be checked is a problem, and problems stop the boot.
      return (operations) => openRedisStore(checked as NonNullable<typeof checked>, log, operations);
    }
    case 'throttler':
      return compileThrottlerStore(config as ThrottlerStoreConfig, log, problems);
    default:
      problems.add(
        'store.type',
        `is ${show(config.type)}.`,
        'Write "memory", "redis" or "throttler", or pass a store.',
      );
      return () => inMemory(log);
  }
}

function compileMemory(config: MemoryStoreConfig, log: CalmLog, problems: Problems): () => OpenedStore {
  problems.rejectUnknown('store', config, ['type', 'maxKeys']);
  const maxKeys = config.maxKeys === undefined ? undefined : parseWholeNumber(config.maxKeys, 1, 2 ** 24);
  if (config.maxKeys !== undefined && maxKeys === undefined) {
    problems.add('store.maxKeys', `is ${show(config.maxKeys)}.`, 'Write a whole number from 1 to 16777216.');
  }
  return () => inMemory(log, maxKeys);
}

function inMemory(log: CalmLog, maxKeys?: number): OpenedStore {
  const onFull = (message: string): void => {
    log.error('store full', () => message);
  };
  const store = new MemoryStore({ onFull, ...(maxKeys === undefined ? {} : { maxKeys }) });
  return opened(store, 'memory store (single instance)');
}

/** A store of the user's own. One that is not in this process may be slow or gone. */
function ofUser(remote: RateLimitStore, log: CalmLog, status: StoreStatus): OpenedStore {
  if (remote.source === 'memory') return opened(remote, 'memory store (single instance)');
  status.isAskedOnly();
  const clock = systemClock();
  const local = new MemoryStore({ clock });
  const deadlineMs = DEFAULT_DEADLINE_MS;
  const storeLog = new StoreLog(log, { subject: 'The rate limit store' });
  const onModeChange = (mode: StoreMode, reason: string): void => {
    storeLog.changed(mode, reason);
    status.changed(mode === 'healthy' ? 'up' : 'degraded', reason);
  };
  const store = new ResilientStore({ remote, local, clock, deadlineMs, instances: () => 1, onModeChange });
  return opened(store, 'a store of the application', storeLog);
}

function opened(store: RateLimitStore, description: string, storeLog?: StoreLog): OpenedStore {
  return {
    store,
    description,
    untilReady: () => Promise.resolve(),
    close: async () => {
      storeLog?.end();
      await store.close?.();
    },
  };
}
