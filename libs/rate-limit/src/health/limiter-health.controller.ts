import {
  Controller,
  ForbiddenException,
  Get,
  Inject,
  Post,
  Res,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { RateLimit, SkipRateLimit } from '../nest/rate-limit.decorators';
import { RateLimitGuard } from '../nest/rate-limit.guard';
import { Operations } from '../statistics/operations';
import { DEFAULT_TIMEOUT_MS, HEALTH_OPTIONS, type RateLimitHealthModuleOptions } from './health.options';
import type { HealthResult } from './health-report';
import { RateLimitHealthIndicator } from './rate-limit.health';
import { answerWith } from './reply';
import { runSelfTest, type SelfTestReport } from './self-test';
import { type StatisticsView, statisticsView } from './statistics-view';

const REFUSED =
  'The self-test is off in production, because it writes to the store for whoever asks. ' +
  'Set selfTest: true of RateLimitHealthModule.forRoot where only operators reach this address.';

/** What the limiter says of itself. Each module gets a class of its own, since decorators differ. */
export function limiterHealthController(decorators: readonly ClassDecorator[]): Type {
  @SkipRateLimit()
  @Controller({ path: 'api/health/rate-limiter', version: VERSION_NEUTRAL })
  class LimiterHealthController {
    constructor(
      @Inject(HEALTH_OPTIONS) private readonly options: RateLimitHealthModuleOptions,
      @Inject(Operations) private readonly operations: Operations,
      @Inject(RateLimitHealthIndicator) private readonly indicator: RateLimitHealthIndicator,
    ) {}

    /** Always 200: it tells how the limiter is, not whether the instance should be used. */
    @Get()
    state(@Res({ passthrough: true }) reply: unknown): HealthResult['string'] {
      answerWith(reply, 200);
      return this.indicator.check('limiter').limiter;
    }

    /** Statistics of all instances. */
    @Get('stats')
    async statistics(@Res({ passthrough: true }) reply: unknown): Promise<StatisticsView> {
      answerWith(reply, 200);
      return statisticsView(await this.operations.fleet.read());
    }

    @Post('test')
    @UseGuards(RateLimitGuard)
    @RateLimit({ name: 'rate-limit-self-test', limit: 6, per: '1m' })
    async test(@Res({ passthrough: true }) reply: unknown): Promise<SelfTestReport> {
      const { selfTest = process.env['NODE_ENV'] !== 'production', timeoutMs = DEFAULT_TIMEOUT_MS } = this.options;
      const { store } = this.operations;
      if (!selfTest || store === undefined) throw new ForbiddenException(REFUSED);
      const report = await runSelfTest(store, timeoutMs);
      answerWith(reply, report.ok ? 200 : 503);
      return report;
    }
  }
  for (const decorate of decorators) decorate(LimiterHealthController);
  return LimiterHealthController;
}
