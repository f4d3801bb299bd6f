import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Actor, AdminRole } from '../api';

/** A secret that logs its bearer in. */
export interface AdminToken {
  /** 32 characters or more. */
  readonly token: string;
  /** Default `configure`. */
  readonly role?: AdminRole | undefined;
  /** For the audit log. Default: `token` and the first characters of a digest. */
  readonly name?: string | undefined;
}

export interface KnownBearer {
  readonly actor: Actor;
  readonly role: AdminRole;
}

const SESSION_MS = 12 * 3_600_000;
export const SESSION_COOKIE = 'rate-limit-admin';
export const LEAST_TOKEN_LENGTH = 32;

/** Knows bearers by their tokens, and browsers by a cookie that the token signed: no state, so any instance can tell. */
export class Tokens {
  private readonly known: readonly (KnownBearer & { readonly digest: Buffer; readonly token: string })[];

  constructor(tokens: readonly AdminToken[]) {
    this.known = tokens.map(({ token, role = 'configure', name }) => {
      const id = `token-${createHash('sha256').update(token).digest('hex').slice(0, 8)}`;
      return { token, role, actor: { id, name: name ?? id }, digest: digestOf(token) };
    });
  }

  /** Every token is compared, in the same time whatever is right about it. */
  bearer(token: string): KnownBearer | undefined {
    const digest = digestOf(token);
    let found: KnownBearer | undefined;
    for (const known of this.known) if (timingSafeEqual(known.digest, digest)) found = known;
    return found;
  }

  session(token: string, nowMs: number): { readonly cookie: string; readonly expiresAtMs: number } | undefined {
    const digest = digestOf(token);
    const index = this.known.findIndex((known) => timingSafeEqual(known.digest, digest));
    const known = this.known[index];
    if (known === undefined) return undefined;
    const expiresAtMs = nowMs + SESSION_MS;
    return { cookie: `${String(expiresAtMs)}.${signature(known.token, expiresAtMs)}`, expiresAtMs };
  }

  /** Who a cookie was given to; `undefined` where its time is over or nobody here signed it. */
  ofCookie(cookie: string, nowMs: number): (KnownBearer & { readonly expiresAtMs: number }) | undefined {
    const [expires = '', signed = ''] = cookie.split('.');
    const expiresAtMs = Number(expires);
    if (!(expiresAtMs > nowMs)) return undefined;
    for (const known of this.known) {
      const wanted = Buffer.from(signature(known.token, expiresAtMs));
      const given = Buffer.from(signed);
      if (given.length === wanted.length && timingSafeEqual(given, wanted)) return { ...known, expiresAtMs };
    }
    return undefined;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function signature(token: string, expiresAtMs: number): string {
  return createHmac('sha256', token)
    .update(`rate-limit-admin ${String(expiresAtMs)}`)
    .digest('base64url');
}
