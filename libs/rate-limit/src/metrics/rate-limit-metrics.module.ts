import {
  Controller,
  type DynamicModule,
  Get,
  Header,
  Inject,
  Module,
  Res,
  type Type,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import type { Registry } from 'prom-client';
import { SkipRateLimit } from '../nest/rate-limit.decorators';
import { Operations } from '../statistics/operations';
import type { MetricFamilyOptions } from './metric-families';
import { loadDefaultRegistry } from './load-prom-client';
import { RateLimitMetrics } from './prometheus-metrics';

/** What `RateLimitMetricsModule.forRoot` takes. */
export interface RateLimitMetricsModuleOptions extends MetricFamilyOptions {
  /** A registry of prom-client. Default: its global one. */
  readonly registry?: Registry | undefined;
  /** Where the registry can be scraped; `false` where something else serves it. Default `metrics`. */
  readonly path?: string | false | undefined;
  /** Class decorators for the controller, such as one that frees it from an authentication guard. */
  readonly decorators?: readonly ClassDecorator[] | undefined;
}

/** Metrics of the limiter for Prometheus. Needs `RateLimitModule` and the package prom-client. */
@Module({})
export class RateLimitMetricsModule {
  static forRoot(options: RateLimitMetricsModuleOptions = {}): DynamicModule {
    const { path = 'metrics', decorators = [] } = options;
    return {
      module: RateLimitMetricsModule,
      controllers: path === false ? [] : [metricsController(path, decorators)],
      providers: [
        {
          provide: RateLimitMetrics,
          useFactory: (operations: Operations) =>
            new RateLimitMetrics(operations, options.registry ?? loadDefaultRegistry(), options),
          inject: [Operations],
        },
      ],
      exports: [RateLimitMetrics],
    };
  }
}

interface ReplyLike {
  setHeader?(name: string, value: string): unknown;
  header?(name: string, value: string): unknown;
}

function metricsController(path: string, decorators: readonly ClassDecorator[]): Type {
  @SkipRateLimit()
  @Controller({ path, version: VERSION_NEUTRAL })
  class MetricsController {
    constructor(@Inject(RateLimitMetrics) private readonly metrics: RateLimitMetrics) {}

    @Get()
    @Header('Cache-Control', 'no-store')
    scrape(@Res({ passthrough: true }) reply: ReplyLike): Promise<string> {
      const { registry } = this.metrics;
      if (reply.setHeader !== undefined) reply.setHeader('Content-Type', registry.contentType);
      else reply.header?.('content-type', registry.contentType);
      return registry.metrics();
    }
  }
  for (const decorate of decorators) decorate(MetricsController);
  return MetricsController;
}
