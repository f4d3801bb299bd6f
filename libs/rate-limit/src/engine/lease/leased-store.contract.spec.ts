import { describeStoreContract } from '../../testing';
import { SharedMemory } from '../../testing/shared-memory';
import { LeasedStore } from './leased-store';

// Of charges that say nothing of leases it must be the store itself.
describeStoreContract('A store with leases before it', (clock) => {
  const store = new SharedMemory({ clock });
  return new LeasedStore({ store, centre: store, instances: () => 1 });
});
