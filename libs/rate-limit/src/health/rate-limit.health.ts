import { Inject, Injectable } from '@nestjs/common';
import { Operations } from '../statistics/operations';
import type { HealthResult, HealthStatus } from './health-report';

export interface RateLimitHealthOptions {
  /** What a store that cannot be reached makes of the whole. Default `degraded`: decisions are made without it. */
  readonly storeDownIs?: HealthStatus | undefined;
}

/**
 * How the limiter is, for a controller of Terminus or any other. It looks at what is known and asks nobody.
 *
 * Terminus 11 knows no `degraded`, and leaves out what it does not know: there, pass `storeDownIs: 'up'`.
 */
@Injectable()
export class RateLimitHealthIndicator {
  constructor(@Inject(Operations) private readonly operations: Operations) {}

  check<const Name extends string>(
    name: Name,
    { storeDownIs = 'degraded' }: RateLimitHealthOptions = {},
  ): HealthResult<Name> {
    const { status, policies, fleet, identity } = this.operations;
    const { kind, state, sinceMs, breakersOpen, lastError } = status.snapshot();
    const isWell = state === 'up';
    const result = {
      status: isWell ? ('up' as const) : storeDownIs,
      mode: isWell ? 'normal' : 'fallback',
      store: kind,
      storeState: state,
      since: new Date(sinceMs).toISOString(),
      breakersOpen,
      ...(lastError === undefined
        ? {}
        : { lastError: lastError.message, lastErrorAt: new Date(lastError.atMs).toISOString() }),
      policies: policies.names.length,
      instance: identity.id,
      liveInstances: fleet.live,
    };
    return { [name]: result } as unknown as HealthResult<Name>;
  }
}
