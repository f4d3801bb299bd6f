import { readConfig } from '../../apps/sample/src/config';
import { createApp } from '../../apps/sample/src/create-app';
import { type AdapterName, running, type RunningApp } from './apps';

/** The sample, behind a proxy on this machine, so that a test can be many clients. */
export async function startSample(
  adapter: AdapterName,
  variables: Readonly<Record<string, string>> = {},
): Promise<RunningApp> {
  const config = readConfig({ ADAPTER: adapter, TRUSTED_PROXIES: 'loopback', LOG_LEVEL: 'error', ...variables });
  return running(await createApp(config));
}
