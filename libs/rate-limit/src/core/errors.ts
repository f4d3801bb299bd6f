/** Stable codes of everything this library throws on purpose; each has a section in docs/errors.md. */
export type FloodgateErrorCode =
  'CONFIGURATION_INVALID' | 'POLICY_UNKNOWN' | 'CALL_INVALID' | 'CONTEXT_MISSING' | 'STORE_UNAVAILABLE';

/** Base of every error of this library. `code` is stable between versions, `message` is for people. */
export class FloodgateError extends Error {
  constructor(
    readonly code: FloodgateErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** One thing that is wrong with the configuration: where it is, what is there, and what to write instead. */
export interface ConfigurationProblem {
  /** Path of the option, such as `policies.search.limit`. */
  readonly path: string;
  /** What is wrong, with the value that was found. */
  readonly problem: string;
  /** What to write instead. */
  readonly remedy: string;
}

/** The configuration cannot be used. Carries every problem that was found, not only the first. */
export class ConfigurationError extends FloodgateError {
  constructor(readonly problems: readonly ConfigurationProblem[]) {
    const lines = problems.map(({ path, problem, remedy }) => `  ${path}: ${problem} ${remedy}`);
    super('CONFIGURATION_INVALID', `The rate limit configuration is invalid:\n${lines.join('\n')}`);
  }
}

/** The store could not answer. `cause` has the driver's own error, where there is one. */
export class StoreUnavailableError extends FloodgateError {
  /**
   * @param mayHaveExecuted Whether the call may have been carried out all the same, now or later: `false` where it
   * certainly never left this process.
   */
  constructor(
    message: string,
    readonly mayHaveExecuted: boolean,
    options?: ErrorOptions,
  ) {
    super('STORE_UNAVAILABLE', message, options);
  }
}

/** The store could not answer in time. */
export class StoreTimeoutError extends StoreUnavailableError {}

/** A value as it should appear in a message: short, quoted where it is text, and never throwing. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === 'function') return `a function`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}
