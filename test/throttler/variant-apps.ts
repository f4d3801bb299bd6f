import type { ThrottlerModuleOptions, ThrottlerStorage } from '@nestjs/throttler';
import type { RedisThrottlerStorage } from 'nest-floodgate/throttler';
import { type AdapterName, type RunningApp, startApp } from '../support/apps';
import { Client } from '../support/client';
import type { RedisServer } from '../support/redis/index.mjs';
import { stockApp } from './stock-app';
import { storageFor, type Variant } from './variants';

export const SHORT = { name: 'short', ttl: 10_000, limit: 10 };
export const LONG = { name: 'long', ttl: 60_000, limit: 5 };

type CommonOptions = Exclude<ThrottlerModuleOptions, readonly unknown[]>;

/** Apps of one variant on one adapter. */
export class VariantApps {
  private readonly apps: RunningApp[] = [];
  private readonly storages: ThrottlerStorage[] = [];

  constructor(
    private readonly variant: Variant,
    private readonly adapter: AdapterName,
    private readonly server: () => RedisServer,
  ) {}

  /** A client of a new app; by default with two throttlers. */
  async start(
    options: CommonOptions = { throttlers: [LONG, SHORT] },
    guard = this.variant.Guard,
    onRoute?: Variant['Guard'],
  ): Promise<Client> {
    const { storage } = await storageFor(this.variant, this.server());
    if (storage) this.storages.push(storage);
    const given = { ...options, ...(storage && { storage }) };
    const app = stockApp({ guard, options: given, ...(onRoute && { onRoute }) });
    const running = await startApp(app, this.adapter, { logger: ['fatal'] });
    this.apps.push(running);
    return new Client(running.url);
  }

  async close(): Promise<void> {
    for (const app of this.apps.splice(0)) await app.close();
    // An app that did not boot has not closed its storage.
    for (const storage of this.storages.splice(0)) await (storage as Partial<RedisThrottlerStorage>).close?.();
  }
}
