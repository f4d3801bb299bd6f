import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { RATE_LIMIT_RUNTIME } from './rate-limit.tokens';
import type { RateLimitRuntime } from './runtime';

/**
 * Checks every request against its policies; refuses with RateLimitExceededException (429). Registered twice it still
 * counts a policy once per request.
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(@Inject(RATE_LIMIT_RUNTIME) private readonly runtime: RateLimitRuntime) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.runtime.gate.checkHandler(context, 'first');
  }
}

/**
 * A second guard for after authentication: takes the policies that need a user, which RateLimitGuard then leaves to it.
 * Named in `@UseGuards(AuthGuard, AfterAuthRateLimitGuard)`, or as an APP_GUARD or in `app.useGlobalGuards` behind the
 * authentication's.
 */
@Injectable()
export class AfterAuthRateLimitGuard implements CanActivate {
  constructor(@Inject(RATE_LIMIT_RUNTIME) private readonly runtime: RateLimitRuntime) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.runtime.gate.checkHandler(context, 'after-auth');
  }
}
