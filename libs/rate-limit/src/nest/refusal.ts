import type { Decision } from '../core/decision';
import { show } from '../core/errors';
import type { Problems } from '../core/problems';
import { isPromiseLike } from '../core/store';
import { type CalmLog, messageOf } from '../engine/log';
import { PROBLEM_CONTENT_TYPE, problemOf, uncountableProblem } from '../http/problem';
import type { RateLimitContext } from './rate-limit-context';
import { RateLimitExceededException, RateLimitUnavailableException } from './rate-limit.exception';
import type { RefusalBody } from './rate-limit.options';
import { setTypeWhenSent } from './response-headers';
import { withoutStack } from './without-stack';

/** Makes the exception for a request that is refused, and prepares the response for its body. */
export type Refuse = (decision: Decision, context: RateLimitContext) => RateLimitExceededException;

/** The same for a request that cannot be counted: what the store threw, and the policies that admit none then. */
export type RefuseUncountable = (
  cause: Error,
  policies: readonly string[],
  context: RateLimitContext,
) => RateLimitUnavailableException;

/** A function of the user's that fails is logged, and the request refused with a problem. */
export function compileRefusal(response: RefusalBody | undefined, log: CalmLog, problems: Problems): Refuse {
  if (typeof response === 'function') {
    return (decision, context) => {
      try {
        return exceeded(decision, checkedBody(response(decision, context)));
      } catch (error) {
        log.error('response', () => `The response function failed: ${messageOf(error)} A problem is sent instead.`);
        return refuseWithProblem(decision, context);
      }
    };
  }
  switch (response) {
    case undefined:
    case 'problem':
      return refuseWithProblem;
    case 'nest':
      return (decision) => {
        const { status: statusCode, detail: message, title: error } = problemOf(decision);
        return exceeded(decision, { statusCode, message, error });
      };
    default:
      problems.add(
        'response',
        `is ${show(response)}.`,
        'Write "problem", "nest", or a function that returns the body.',
      );
      return (decision) => exceeded(decision, '');
  }
}

/** A function of the user's makes bodies of decisions, and here is none: a problem is sent then. */
export function compileUncountable(response: RefusalBody | undefined): RefuseUncountable {
  return (cause, policies, context) => {
    const problem = uncountableProblem(policies);
    if (response === 'nest') {
      const { status: statusCode, detail: message, title: error } = problem;
      return new RateLimitUnavailableException({ statusCode, message, error }, { cause });
    }
    setTypeWhenSent(context.response, problem, PROBLEM_CONTENT_TYPE);
    return new RateLimitUnavailableException(problem, { cause });
  };
}

const refuseWithProblem: Refuse = (decision, { response }) => {
  const problem = problemOf(decision);
  setTypeWhenSent(response, problem, PROBLEM_CONTENT_TYPE);
  return exceeded(decision, problem);
};

/** Made for every request of a flood. */
function exceeded(decision: Decision, body: string | object): RateLimitExceededException {
  return withoutStack(() => new RateLimitExceededException(decision, body));
}

/** A promise is an object too, but as a body it would be an empty one. */
function checkedBody(body: unknown): string | object {
  if (isPromiseLike(body)) {
    // One that rejects, which nobody would hear, ends the process.
    body.then(undefined, () => undefined);
    throw new TypeError('It returned a promise, but has to answer at once.');
  }
  if (typeof body === 'string' || (typeof body === 'object' && body !== null)) return body;
  throw new TypeError(`It returned ${show(body)}, which is no body.`);
}
