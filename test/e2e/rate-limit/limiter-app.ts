import { Controller, Get } from '@nestjs/common';
import { byHeader, MemoryStore, RateLimit, type RateLimitPolicies } from 'nest-floodgate';
import { FakeClock } from 'nest-floodgate/testing';
import { type LimitedApp, startLimited } from './app';

@Controller()
class RootController {
  @Get()
  @RateLimit('search', 'client')
  root(): void {}
}

export const POLICIES = {
  search: { limit: 10, per: '1m' },
  hourly: { limit: 3, per: '1h' },
  bucket: { limit: 60, per: '1m', algorithm: 'token-bucket', burst: 5 },
  weighted: { limit: 10, per: '1m', cost: 4 },
  client: { limit: 5, per: '1m', key: byHeader('x-client') },
} as const;

/** An app for the calls of its limiter, with a clock of its own. */
export async function startWithClock(
  policies: RateLimitPolicies = POLICIES,
): Promise<{ app: LimitedApp; clock: FakeClock }> {
  const clock = new FakeClock();
  const app = await startLimited({
    controllers: [RootController],
    options: { policies, store: new MemoryStore({ clock }) },
  });
  return { app, clock };
}
