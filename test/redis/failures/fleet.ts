import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RateLimit, RateLimiter, RateLimitGuard, RateLimitModule, type RedisStoreConfig } from 'nest-floodgate';
import { type RunningApp, startApp } from '../../support/apps';

export const DEADLINE_MS = 100;
export const INSTANCES = 2;
/** Of every policy: so many units in any span of so many milliseconds. */
export const LIMIT = 40;
export const PER_MS = 2_000;

const quota = { limit: LIMIT, per: PER_MS };
const policies = {
  local: quota,
  open: { ...quota, onStoreFailure: 'open' },
  closed: { ...quota, onStoreFailure: 'closed' },
} as const;

export const MODES = ['local', 'open', 'closed'] as const;
export type Mode = (typeof MODES)[number];

@Controller()
class PagesController {
  @Get('local') @RateLimit('local') local(): string {
    return 'local';
  }
  @Get('open') @RateLimit('open') open(): string {
    return 'open';
  }
  @Get('closed') @RateLimit('closed') closed(): string {
    return 'closed';
  }
}

/** One of the apps that share a store. */
export interface Instance {
  readonly url: string;
  readonly limiter: RateLimiter;
}

/** Some apps, each with a connection of its own to the same Redis. */
export class Fleet {
  /** What all of them have logged. */
  readonly lines: string[] = [];
  readonly instances: Instance[] = [];
  private readonly apps: RunningApp[] = [];

  /** @param store Where Redis is, and what else is not as usual. */
  static async start(store: Omit<RedisStoreConfig, 'type'>): Promise<Fleet> {
    const fleet = new Fleet();
    for (let i = 0; i < INSTANCES; i++) await fleet.add(store);
    return fleet;
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.splice(0).map((app) => app.close()));
  }

  private async add(store: Omit<RedisStoreConfig, 'type'>): Promise<void> {
    const note = (line: string): void => void this.lines.push(line);
    const limits = RateLimitModule.forRoot({
      store: { type: 'redis', deadlineMs: DEADLINE_MS, instances: INSTANCES, failBootWithoutStore: true, ...store },
      policies,
      trustedProxies: 'loopback',
      logger: { log: note, warn: note, error: note },
    });
    @Module({
      imports: [limits],
      controllers: [PagesController],
      providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
    })
    class InstanceModule {}
    const app = await startApp(InstanceModule, 'fastify', { logger: false });
    this.apps.push(app);
    this.instances.push({ url: app.url, limiter: app.app.get(RateLimiter) });
  }
}
