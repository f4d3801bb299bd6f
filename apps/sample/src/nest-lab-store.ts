import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import type { PolicyOptions, RateLimitContext, RateLimitModuleOptions } from 'nest-floodgate';

type Policies = Readonly<Record<string, PolicyOptions<RateLimitContext>>>;

/**
 * The limits of the app on the storage that many apps on @nestjs/throttler have, as far as it can keep them: it counts
 * requests in windows. A request that costs several units counts as one, and a token bucket is the window of its rate.
 */
export function onNestLab(url: string, policies: Policies): Pick<RateLimitModuleOptions, 'store' | 'policies'> {
  return {
    store: { type: 'throttler', storage: new ThrottlerStorageRedisService(url) },
    policies: Object.fromEntries(Object.entries(policies).map(([name, policy]) => [name, asWindow(policy)])),
  };
}

function asWindow({ limit, per, key, scope }: PolicyOptions<RateLimitContext>): PolicyOptions<RateLimitContext> {
  return { limit, per, ...(key === undefined ? {} : { key }), ...(scope === undefined ? {} : { scope }) };
}
