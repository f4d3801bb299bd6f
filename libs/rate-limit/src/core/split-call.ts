import { StoreUnavailableError } from './errors';

/**
 * What became of one charge of a call that the store did not answer. `unsent`: the store has not seen it and will not.
 * `undone`: the store has charged what was owed, and holds nothing of the cost. `unknown`: it may hold all of it.
 */
export type ChargeFate = 'unsent' | 'undone' | 'unknown';

/** A call failed whose charges went separate ways, so that one word cannot say what became of all of them. */
export class SplitCallError extends StoreUnavailableError {
  constructor(
    override readonly cause: Error,
    /** Of each charge, in the order of the call. */
    readonly fates: readonly ChargeFate[],
  ) {
    super(cause.message, fates.includes('unknown'), { cause });
  }
}

/** What an error says of every charge that it is about. One that says nothing leaves all in doubt. */
export function fateOf(error: unknown): ChargeFate {
  return error instanceof StoreUnavailableError && !error.mayHaveExecuted ? 'unsent' : 'unknown';
}
