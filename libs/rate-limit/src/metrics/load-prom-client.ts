import type { Registry } from 'prom-client';
import { ConfigurationError } from '../core/errors';

/** The global registry of the application's own prom-client. `load` stands for `require` in tests. */
export function loadDefaultRegistry(load: (name: string) => unknown = (name) => module.require(name)): Registry {
  try {
    return (load('prom-client') as { readonly register: Registry }).register;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'MODULE_NOT_FOUND' || !message.includes("'prom-client'")) throw error;
    const problem = 'needs prom-client, which is not installed.';
    const remedy = 'Run: npm install prom-client';
    throw new ConfigurationError([{ path: 'RateLimitMetricsModule.forRoot', problem, remedy }]);
  }
}
