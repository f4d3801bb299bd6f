import { MemoryStore } from '../../stores/memory/memory-store';
import { describeStoreContract } from '../../testing';
import { DenialCache } from './denial-cache';

// Without memory of what was refused it must be the store itself; what it remembers is another spec's affair.
describeStoreContract('A store behind a cache of denials', (clock) => {
  let nowMs = 0;
  return new DenialCache({ store: new MemoryStore({ clock }), nowMs: () => (nowMs += 2_000) });
});
