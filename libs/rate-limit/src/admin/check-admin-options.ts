import { Problems } from '../core/problems';
import type { Bootstrap } from './api';
import { type AdminToken, LEAST_TOKEN_LENGTH } from './http/tokens';
import type { RateLimitAdminOptions } from './rate-limit-admin.options';

export interface CheckedAccess {
  readonly tokens: readonly AdminToken[];
  readonly authentication: Bootstrap['authentication'];
  /** Nobody is kept out, which is fine on a developer's machine only. */
  readonly isOpen: boolean;
}

/** Throws a ConfigurationError where just anybody could get in, or a token can be guessed. */
export function checkAdminOptions(
  options: RateLimitAdminOptions,
  environment = process.env['NODE_ENV'],
): CheckedAccess {
  const problems = new Problems();
  const given = typeof options.token === 'string' ? [options.token] : (options.token ?? []);
  const tokens = given
    .map((token) => (typeof token === 'string' ? { token } : token))
    .filter(({ token }) => token !== '');
  for (const { token } of tokens) {
    // What a header cannot carry as one word would never be known again.
    if (token.length >= LEAST_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(token)) continue;
    const problem = `has a token of ${String(token.length)} characters, or with some that are no plain ASCII.`;
    problems.add(
      'admin.token',
      problem,
      `Write ${String(LEAST_TOKEN_LENGTH)} or more, such as of "openssl rand -hex 32".`,
    );
  }
  const hasGuards = (options.guards?.length ?? 0) > 0;
  const isOpen = !hasGuards && tokens.length === 0 && options.http !== false;
  const isAtHome = environment === 'development' || environment === 'test';
  if (isOpen && options.allowUnauthenticated !== true && !isAtHome) {
    problems.add(
      'admin',
      `has neither guards nor a token, and NODE_ENV is ${environment === undefined ? 'not set' : `"${environment}"`}.`,
      'Name guards: [YourGuard], set a token of 32 characters or more, or write allowUnauthenticated: true.',
    );
  }
  problems.throwIfAny();
  const authentication = tokens.length > 0 ? 'token' : hasGuards ? 'guard' : 'none';
  return { tokens, authentication, isOpen };
}
