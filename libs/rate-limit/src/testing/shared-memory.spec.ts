import { describeStoreContract } from './index';
import { SharedMemory } from './shared-memory';

describeStoreContract('The model of a shared store', (clock) => new SharedMemory({ clock }));
