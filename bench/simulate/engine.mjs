// What the simulation uses of the library, as it was built last; some of it is not published.
export { MemoryStore } from 'nest-floodgate';
export { FakeClock, quotaOf, SimulatedBucket, TICKS_PER_MS } from 'nest-floodgate/testing';
export { compileLease } from '../../libs/rate-limit/dist/core/lease/lease-options.js';
export { DenialCache } from '../../libs/rate-limit/dist/engine/denial-cache/denial-cache.js';
export { LeasedStore } from '../../libs/rate-limit/dist/engine/lease/leased-store.js';
export { MAX_ASKS_PER_BATCH } from '../../libs/rate-limit/dist/stores/redis/batch.js';
export { slotOf } from '../../libs/rate-limit/dist/stores/redis/cluster-slots.js';
export { SharedMemory } from '../../libs/rate-limit/dist/testing/shared-memory.js';
