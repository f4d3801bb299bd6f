import { HttpException, HttpStatus } from '@nestjs/common';
import type { Decision } from '../core/decision';

/** Thrown by the guard for a request that is refused; filters may read the decision. Status 429. */
export class RateLimitExceededException extends HttpException {
  constructor(
    /** Why: every policy of the request, with what each said. */
    readonly decision: Decision,
    body: string | object,
  ) {
    super(body, HttpStatus.TOO_MANY_REQUESTS);
  }
}
