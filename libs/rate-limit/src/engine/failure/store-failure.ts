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
  return new Silence(deadlineMs);
}

/** What was thrown by the store. Where it does not say whether the call was carried out, it may have been. */
export function failureOf(thrown: unknown): StoreFailure {
  if (thrown instanceof SplitCallError) return new ThrownFailure(thrown.cause, thrown.mayHaveExecuted, thrown.fates);
  return new ThrownFailure(thrown, !(thrown instanceof StoreUnavailableError) || thrown.mayHaveExecuted);
}

class Silence implements StoreFailure {
  readonly reason = 'timeout';
  readonly mayHaveExecuted = true;
  readonly cause = undefined;

  constructor(private readonly deadlineMs: number) {}

  fateAt(): ChargeFate {
    return 'unknown';
  }

  told(): string {
    return `It ${this.silence()}`;
  }

  why(): string {
    return `the rate limit store ${this.silence()}`;
  }

  private silence(): string {
    return `did not answer within ${this.deadlineMs} ms.`;
  }
}

class ThrownFailure implements StoreFailure {
  readonly reason: FailureReason;

  constructor(
    readonly cause: unknown,
    readonly mayHaveExecuted: boolean,
    /** Of each charge, where they went separate ways. */
    private readonly fates?: readonly ChargeFate[],
  ) {
    this.reason = cause instanceof StoreTimeoutError ? 'timeout' : 'unavailable';
  }

  fateAt(place: number): ChargeFate {
    return this.fates === undefined ? fateOf(this.cause) : (this.fates[place] ?? 'unknown');
  }

  told(): string {
    return messageOf(this.cause);
  }

  why(): string {
    return `the rate limit store cannot answer: ${this.told()}`;
  }
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
