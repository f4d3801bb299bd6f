import { type DynamicModule, Module } from '@nestjs/common';
import { EventLoopWatch } from './event-loop-watch';
import { HEALTH_OPTIONS, type RateLimitHealthModuleOptions } from './health.options';
import { Lifecycle } from './lifecycle';
import { limiterHealthController } from './limiter-health.controller';
import { probesController } from './probes.controller';
import { RateLimitHealthIndicator } from './rate-limit.health';
import { RedisHealthIndicator } from './redis.health';

const INDICATORS = [RateLimitHealthIndicator, RedisHealthIndicator];

/**
 * Health of the limiter. Imported as it is, it brings the indicators for a controller of your own; `forRoot` mounts
 * `/livez`, `/readyz`, `/startupz`, `/health` and `/api/health/rate-limiter` as well. Needs `RateLimitModule`.
 */
@Module({ providers: INDICATORS, exports: INDICATORS })
export class RateLimitHealthModule {
  static forRoot(options: RateLimitHealthModuleOptions = {}): DynamicModule {
    const { decorators = [] } = options;
    return {
      module: RateLimitHealthModule,
      controllers: [probesController(decorators), limiterHealthController(decorators)],
      providers: [{ provide: HEALTH_OPTIONS, useValue: options }, EventLoopWatch, Lifecycle],
    };
  }
}
