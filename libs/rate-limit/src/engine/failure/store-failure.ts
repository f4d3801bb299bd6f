import { show, StoreTimeoutError, StoreUnavailableError } from '../../core/errors';
import { type ChargeFate, fateOf, SplitCallError } from '../../core/split-call';
import { messageOf } from '../log';

/** `timeout`: no answer within the deadline. `unavailable`: the store said that it cannot answer. */
export type FailureReason = 'timeout' | 'unavailable';

/** Why a call was not answered by the store. */
export interface StoreFailure {
  readonly reason: FailureReason;
  /** Whether the store may have carried the call out, or may do so later. */
  readonly mayHaveExecuted: boolean;
  /** The same of the charge in each place of the call, and whether its debts were told. */
  fateAt(place: number): ChargeFate;
  /** What the store threw; undefined where it said nothing in time. */
  readonly cause: unknown;
  /** The same for people, of the store: a sentence. Made when it is asked for: in an outage there are many failures. */
  told(): string;
  /** To go on after “because ”. */
  why(): string;
}

export function timeoutAfter(deadlineMs: number): StoreFailure {
  const silence = `did not answer within ${deadlineMs} ms.`;
  const told = (): string => `It ${silence}`;
  const why = (): string => `the rate limit store ${silence}`;
  return { reason: 'timeout', mayHaveExecuted: true, fateAt: () => 'unknown', cause: undefined, told, why };
}

/** What was thrown by the store. Where it does not say whether the call was carried out, it may have been. */
export function failureOf(thrown: unknown): StoreFailure {
  if (thrown instanceof SplitCallError) {
    const { cause, mayHaveExecuted, fates } = thrown;
    return { ...failureOf(cause), mayHaveExecuted, fateAt: (place) => fates[place] ?? 'unknown' };
  }
  return {
    reason: thrown instanceof StoreTimeoutError ? 'timeout' : 'unavailable',
    mayHaveExecuted: !(thrown instanceof StoreUnavailableError) || thrown.mayHaveExecuted,
    fateAt: () => fateOf(thrown),
    cause: thrown,
    told: () => messageOf(thrown),
    why: () => `the rate limit store cannot answer: ${messageOf(thrown)}`,
  };
}

/** The error of a call that a policy wants refused in an outage. */
export function closedError(bucketId: string, failure: StoreFailure): StoreUnavailableError {
  const message = `Policy ${policyOf(bucketId)} admits nothing, because ${failure.why()}`;
  return unavailable(`${message} With onStoreFailure "local" or "open" it would go on meanwhile.`, failure);
}

/** The error of a reset that only reached this process. */
export function resetError(bucketId: string, failure: StoreFailure): StoreUnavailableError {
  const message = `The reset of policy ${policyOf(bucketId)} did not reach the other instances, because ${failure.why()}`;
  return unavailable(`${message} Reset it again when the store is back.`, failure);
}

function unavailable(message: string, { mayHaveExecuted, cause }: StoreFailure): StoreUnavailableError {
  return new StoreUnavailableError(message, mayHaveExecuted, { cause });
}

/** The first line of a bucket's id is the name of its policy. */
function policyOf(bucketId: string): string {
  return show(bucketId.split('\n', 1)[0]);
}
