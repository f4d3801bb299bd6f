import { HttpException, type HttpExceptionOptions, HttpStatus } from '@nestjs/common';
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

  /** The message that Nest finds by a regular expression, which would be run for every request of a flood. */
  override initMessage(): void {
    const body = this.getResponse();
    if (typeof body === 'string' || 'message' in body) super.initMessage();
    else this.message = 'Rate Limit Exceeded Exception';
  }
}

/**
 * Thrown by the guard for a request that cannot be counted, where a policy says `onStoreFailure: 'closed'`. Status 503:
 * it is no fault of the client. The cause is the store's error.
 */
export class RateLimitUnavailableException extends HttpException {
  constructor(body: object, options: HttpExceptionOptions) {
    super(body, HttpStatus.SERVICE_UNAVAILABLE, options);
  }
}
