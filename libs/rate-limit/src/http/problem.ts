import type { Decision } from '../core/decision';
import { retryAfterSeconds } from './retry-after';

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** The body of a refusal: RFC 9457, with a problem type of draft-ietf-httpapi-ratelimit-headers. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** For people: which policy refused, and when to try again. */
  readonly detail: string;
  /** Names of the policies that refused; of a 503, those that admit nothing while requests cannot be counted. */
  readonly 'violated-policies': readonly string[];
  /** Whole seconds, as in `Retry-After`; left out where waiting does not help. */
  readonly retryAfter?: number;
}

/** Tells a refusal as a problem. */
export function problemOf(decision: Decision): ProblemDetails {
  const retryAfter = retryAfterSeconds(decision);
  if (decision.policies.some(({ banId }) => banId !== undefined)) return abnormalUsageProblem(retryAfter);
  const refusing = decision.policies.filter(({ outcome }) => outcome !== 'allowed');
  return {
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Too many requests',
    status: 429,
    detail: retryAfter === undefined ? hopeless(decision) : temporary(decision, retryAfter),
    'violated-policies': refusing.map(({ policy }) => policy),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

/** Nothing of why: whoever is banned may learn from it how not to be found. */
function abnormalUsageProblem(retryAfter: number | undefined): ProblemDetails {
  const until = retryAfter === undefined ? '' : ` Try again in ${timeForPeople(retryAfter)}.`;
  return {
    type: 'https://iana.org/assignments/http-problem-types#abnormal-usage-detected',
    title: 'Abnormal usage detected',
    status: 429,
    detail: `Requests from here are refused for a while.${until}`,
    'violated-policies': [],
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

/** Tells as a problem that a request was refused because it could not be counted, and these policies admit none then. */
export function uncountableProblem(policies: readonly string[]): ProblemDetails {
  return {
    type: 'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity',
    title: 'Service temporarily unavailable',
    status: 503,
    detail: 'Requests cannot be counted at the moment, so none is admitted. Try again in a moment.',
    'violated-policies': policies,
  };
}

function temporary({ policy }: Decision, retryAfter: number): string {
  return `The limit of the policy "${policy}" is reached. Try again in ${timeForPeople(retryAfter)}.`;
}

function hopeless({ policy, cost, limit }: Decision): string {
  const most = limit === 0 ? 'admits nothing' : `never admits more than ${limit} at once`;
  return `This request costs ${counted(cost, 'unit')}, but the policy "${policy}" ${most}. Waiting will not help.`;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** In the largest unit of which there are two, rounded up. */
function timeForPeople(seconds: number): string {
  for (const [unit, length] of UNITS) {
    if (seconds >= 2 * length) return counted(Math.ceil(seconds / length), unit);
  }
  return counted(seconds, 'second');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
