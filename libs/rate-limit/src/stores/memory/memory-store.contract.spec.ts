import { describeStoreContract } from '../../testing/store-contract';
import { MemoryStore } from './memory-store';

describeStoreContract('MemoryStore', (clock) => new MemoryStore({ clock }));

/** The suite must also judge stores that answer with promises. */
describeStoreContract('an async store', (clock) => {
  const store = new MemoryStore({ clock });
  return {
    source: 'memory',
    consume: async (charges) => Promise.resolve(store.consume(charges)),
    consumeUpTo: async (charge) => Promise.resolve(store.consumeUpTo(charge)),
    peek: async (charges) => Promise.resolve(store.peek(charges)),
    refund: async (charge, units, mark) => Promise.resolve(store.refund(charge, units, mark)),
    reset: (bucketId, identity) => {
      store.reset(bucketId, identity);
    },
    close: () => {
      store.close();
    },
  };
});
