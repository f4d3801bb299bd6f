import { ConfigurationError } from '../../../core/errors';
import type { SentinelConnector } from './hearing-connector';

/** The constructors of ioredis, as far as they are used here. */
interface Ioredis {
  readonly Redis: new (options: object) => object;
  readonly Cluster: new (nodes: readonly object[], options: object) => object;
  readonly SentinelConnector: SentinelConnector;
}

/** Loads ioredis, which only those have who want a connection. `load` stands for `require` in tests. */
export function loadIoredis(load: (name: string) => unknown = (name) => module.require(name)): Ioredis {
  try {
    return load('ioredis') as Ioredis;
  } catch (error) {
    // What is missing may also be something that ioredis itself needs; that is another problem.
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'MODULE_NOT_FOUND' || !message.includes("'ioredis'")) throw error;
    throw new ConfigurationError([
      { path: 'store', problem: 'needs ioredis, which is not installed.', remedy: 'Run: npm install ioredis' },
    ]);
  }
}
