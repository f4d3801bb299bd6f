import { systemClock } from '../core/clock';
import { show } from '../core/errors';
import type { Problems } from '../core/problems';
import { ResilientStore } from '../engine/failure/resilient-store';
import type { StoreMode } from '../engine/failure/store-mode';
import { StoreLog } from './store-log';
import type { CalmLog } from '../engine/log';
import type { StoreStatus } from '../engine/statistics/store-status';
import type { Operations } from '../statistics/operations';
import { MemoryStore } from '../stores/memory/memory-store';
import type { OpenedStore } from './open-store';
import { objectionTo, type ThrottlerStoreConfig, ThrottlerStorageStore, ThrottlerStoreGate } from './throttler-store';

const DEADLINE_MS = 100;

const SEVERAL =
  'A request has several policies, and the throttler storage is asked for one after the other: a request that the ' +
  'second refuses is charged to the first. The stores "redis" and "memory" charge all or none.';

/** Checks `store: { type: 'throttler', storage }`. */
export function compileThrottlerStore(
  config: ThrottlerStoreConfig,
  log: CalmLog,
  problems: Problems,
): (operations: Operations) => OpenedStore {
  problems.rejectUnknown('store', config, ['type', 'storage']);
  const { storage } = config as Partial<ThrottlerStoreConfig>;
  if (typeof storage?.increment !== 'function') {
    const remedy = 'Pass an object with the method increment, such as new ThrottlerStorageRedisService().';
    problems.add('store.storage', `is ${show(storage)}, which is no throttler storage.`, remedy);
  }
  return ({ status }) => openThrottlerStore(config, log, status);
}

function openThrottlerStore({ storage }: ThrottlerStoreConfig, log: CalmLog, status: StoreStatus): OpenedStore {
  status.isAskedOnly();
  const clock = systemClock();
  const remote = new ThrottlerStorageStore(storage);
  const storeLog = new StoreLog(log, { subject: 'The throttler storage' });
  const onModeChange = (mode: StoreMode, reason: string): void => {
    storeLog.changed(mode, reason);
    status.changed(mode === 'healthy' ? 'up' : 'degraded', reason);
  };
  const local = new MemoryStore({ clock });
  const behind = new ResilientStore({
    remote,
    local,
    clock,
    deadlineMs: DEADLINE_MS,
    instances: () => 1,
    onModeChange,
  });
  const warn = (): void => {
    log.warnOnce('throttler storage', SEVERAL);
  };
  const store = new ThrottlerStoreGate(behind, warn, storage);
  return {
    store,
    description: 'a throttler storage',
    objectionTo,
    untilReady: () => Promise.resolve(),
    close: async () => {
      storeLog.end();
      await store.close();
      await closeStorage(storage);
    },
  };
}

interface ClosableStorage {
  onModuleDestroy?(): unknown;
  onApplicationShutdown?(): unknown;
}

/** Storages end what they opened in one of Nest's hooks, which Nest does not call for what it did not make. */
async function closeStorage(storage: ThrottlerStoreConfig['storage']): Promise<void> {
  const closable = storage as object as ClosableStorage;
  await closable.onModuleDestroy?.();
  await closable.onApplicationShutdown?.();
}
