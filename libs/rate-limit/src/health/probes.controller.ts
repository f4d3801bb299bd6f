import { Controller, Get, Inject, Query, Res, type Type, VERSION_NEUTRAL } from '@nestjs/common';
import { SkipRateLimit } from '../nest/rate-limit.decorators';
import { EventLoopWatch } from './event-loop-watch';
import { DEFAULT_TIMEOUT_MS, HEALTH_OPTIONS, type RateLimitHealthModuleOptions } from './health.options';
import { type HealthCheck, type HealthReport, runChecks } from './health-report';
import { Lifecycle } from './lifecycle';
import { RateLimitHealthIndicator } from './rate-limit.health';
import { RedisHealthIndicator } from './redis.health';
import { answerWith } from './reply';

type Brief = Pick<HealthReport, 'status'> | HealthReport;

const MAX_LAG_MS = 5_000;
/** Left of the time of a probe when its checks are over. */
const MARGIN_MS = 50;

/** The probes of Kubernetes and of load balancers. Each module gets a class of its own, since decorators differ. */
export function probesController(decorators: readonly ClassDecorator[]): Type {
  @SkipRateLimit()
  @Controller({ version: VERSION_NEUTRAL })
  class ProbesController {
    constructor(
      @Inject(HEALTH_OPTIONS) private readonly options: RateLimitHealthModuleOptions,
      @Inject(Lifecycle) private readonly lifecycle: Lifecycle,
      @Inject(EventLoopWatch) private readonly eventLoop: EventLoopWatch,
      @Inject(RateLimitHealthIndicator) private readonly limiter: RateLimitHealthIndicator,
      @Inject(RedisHealthIndicator) private readonly redis: RedisHealthIndicator,
    ) {}

    /** Whether the process is worth keeping. Looks at nothing outside. */
    @Get('livez')
    async live(@Query('verbose') verbose: unknown, @Res({ passthrough: true }) reply: unknown): Promise<Brief> {
      return this.answer([this.checkEventLoop], verbose, reply, false);
    }

    /** Whether requests should be sent here. */
    @Get('readyz')
    async ready(@Query('verbose') verbose: unknown, @Res({ passthrough: true }) reply: unknown): Promise<Brief> {
      return this.answer([this.checkStart, this.checkLimiter, ...(this.options.checks ?? [])], verbose, reply);
    }

    /** Whether the start is over. */
    @Get('startupz')
    async started(@Query('verbose') verbose: unknown, @Res({ passthrough: true }) reply: unknown): Promise<Brief> {
      return this.answer([this.checkStart], verbose, reply, false);
    }

    /** All checks, for people. */
    @Get('health')
    async health(@Res({ passthrough: true }) reply: unknown): Promise<Brief> {
      const { timeoutMs = DEFAULT_TIMEOUT_MS, checks = [] } = this.options;
      const redis: HealthCheck = () => this.redis.check('redis', { timeoutMs: Math.max(1, timeoutMs - MARGIN_MS) });
      const own = [this.checkEventLoop, this.checkStart, this.checkLimiter, redis];
      return this.answer([...own, ...checks], 'true', reply);
    }

    private readonly checkEventLoop: HealthCheck = () => {
      const { lagMs } = this.eventLoop;
      const { maxEventLoopLagMs = MAX_LAG_MS } = this.options.liveness ?? {};
      return { 'event-loop': { status: lagMs > maxEventLoopLagMs ? 'down' : 'up', lagMs } };
    };

    private readonly checkStart: HealthCheck = () => ({
      startup: { status: this.lifecycle.hasStarted ? 'up' : 'down' },
    });

    private readonly checkLimiter: HealthCheck = () => {
      const { failOnStoreDown = false } = this.options.readiness ?? {};
      return this.limiter.check('rate-limit', { storeDownIs: failOnStoreDown ? 'down' : 'degraded' });
    };

    /** Machines read the status code; people ask for the rest, which tells more than strangers need to know. */
    private async answer(
      checks: readonly HealthCheck[],
      verbose: unknown,
      reply: unknown,
      endsWithShutdown = true,
    ): Promise<Brief> {
      const checked = await runChecks(checks, this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
      const isEnding = endsWithShutdown && this.lifecycle.isShuttingDown;
      const report: HealthReport = isEnding ? { ...checked, status: 'shutting_down' } : checked;
      answerWith(reply, report.status === 'ok' || report.status === 'degraded' ? 200 : 503);
      return verbose === undefined || verbose === 'false' ? { status: report.status } : report;
    }
  }
  for (const decorate of decorators) decorate(ProbesController);
  return ProbesController;
}
