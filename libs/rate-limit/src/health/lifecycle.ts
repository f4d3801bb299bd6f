import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Operations } from '../statistics/operations';
import { HEALTH_OPTIONS, type RateLimitHealthModuleOptions } from './health.options';

const STARTUP_TIMEOUT_MS = 10_000;

/** Where the application is between its start and its end. */
@Injectable()
export class Lifecycle implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  isShuttingDown = false;
  private bootedAtMs: number | undefined;

  constructor(
    @Inject(HEALTH_OPTIONS) private readonly options: RateLimitHealthModuleOptions,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  onApplicationBootstrap(): void {
    this.bootedAtMs = performance.now();
  }

  /** The first thing that Nest does to end: from now on no new requests are to be sent here. */
  onModuleDestroy(): void {
    this.isShuttingDown = true;
  }

  /** The server still answers: whoever balances the load gets the time to notice. */
  async beforeApplicationShutdown(): Promise<void> {
    const { shutdownDelayMs = 0 } = this.options;
    if (shutdownDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, shutdownDelayMs));
  }

  /** Whether the first decision can be made: the store was heard of, or has had the time to be. */
  get hasStarted(): boolean {
    if (this.bootedAtMs === undefined) return false;
    const { timeoutMs = STARTUP_TIMEOUT_MS } = this.options.startup ?? {};
    if (performance.now() - this.bootedAtMs >= timeoutMs) return true;
    const { state } = this.operations.status.snapshot();
    if (state === 'up') return true;
    return state === 'degraded' && this.operations.policies.hasFallback;
  }
}
