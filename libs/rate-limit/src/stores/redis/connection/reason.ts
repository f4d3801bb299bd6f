const LONGEST = 200;

/** Replies that say that the login is refused. */
const LOGIN_REFUSED = /\b(?:WRONGPASS|NOAUTH|invalid password|invalid username-password)\b/i;

/** Words for what went wrong, in one line and without anything that may be a password. */
export function reasonOf(error: unknown): string {
  const { message, code, lastNodeError } = asError(error);
  if (lastNodeError !== undefined) return reasonOf(lastNodeError);
  const text = message === '' ? (code ?? 'unknown error') : message;
  const line = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/:\/\/\S*@/g, '://***@')
    // ioredis tells each of its attempts apart.
    .replace(/ Retrying from scratch after \d+ms\./, '')
    .trim();
  return line.slice(0, LONGEST).replace(/[.!?]+$/, '');
}

/** Whether the server refused who we are. */
export function isLoginRefused(error: unknown): boolean {
  return LOGIN_REFUSED.test(reasonOf(error));
}

interface ErrorLike {
  readonly message: string;
  readonly code?: string | undefined;
  readonly lastNodeError?: unknown;
  readonly errors?: readonly unknown[];
}

/**
 * An AggregateError of Node, for a name with several addresses, has no message of its own: its first error speaks.
 * Looks at what is there, not at classes: an error may come from another realm.
 */
function asError(error: unknown): ErrorLike {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { message = '', code, lastNodeError, errors = [] } = error as Partial<ErrorLike>;
  const [first] = errors;
  return message === '' && first !== undefined ? asError(first) : { message, code, lastNodeError };
}
