import { AdminError } from '../admin-error';
import { ADMIN_HEADER } from '../api';
import type { AdminRequest } from './exchange';

/** Refuses changes that another site makes a browser ask for, and bodies that a plain form could send. */
export function demandSameSite({ headers }: AdminRequest, trustedOrigins: readonly string[]): void {
  const { origin, host, 'sec-fetch-site': site } = headers;
  const isTrusted = origin !== undefined && trustedOrigins.includes(origin);
  const isOwn =
    site === undefined ? origin === undefined || hostOf(origin) === host : site === 'same-origin' || site === 'none';
  if (!isOwn && !isTrusted) {
    const remedy = 'Behind a proxy that changes Host, name the origin in "trustedOrigins".';
    throw new AdminError('cross-site', `The request comes from ${origin ?? 'another site'}. ${remedy}`);
  }
  if (headers[ADMIN_HEADER.toLowerCase()] !== '1') {
    throw new AdminError('cross-site', `The header ${ADMIN_HEADER}: 1 is missing.`);
  }
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) {
    throw new AdminError('unsupported-type', 'Send Content-Type: application/json.');
  }
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
