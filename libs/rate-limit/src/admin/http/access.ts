import { parse as parseCookies } from 'cookie';
import { AdminError } from '../admin-error';
import type { Actor, AdminRole, Session } from '../api';
import type { Caller } from '../caller';
import type { AdminRequest } from './exchange';
import { FailedLogins } from './failed-logins';
import { SESSION_COOKIE, type Tokens } from './tokens';

export interface AccessOptions {
  /** `undefined`: guards decide who gets here, or nobody does. */
  readonly tokens: Tokens | undefined;
  readonly authorize: (request: AdminRequest) => AdminRole | undefined | Promise<AdminRole | undefined>;
  readonly actor: (request: AdminRequest) => Actor;
  /** Of the client, behind the proxies that the limiter trusts: whoever guesses is known by it. */
  readonly addressOf: (request: AdminRequest) => string;
  /** Told of every token that is not known. */
  readonly onRefused: (address: string, requestId: string | null) => void;
}

export interface Admitted extends Caller {
  readonly sessionExpiresAtMs: number | null;
}

/** Finds out who asks. */
export class Access {
  private readonly failed = new FailedLogins();

  constructor(private readonly options: AccessOptions) {}

  /** Throws UNAUTHENTICATED, FORBIDDEN or TOO_MANY. */
  async admit(request: AdminRequest): Promise<Admitted> {
    const requestId = requestIdOf(request);
    const { tokens, authorize, actor } = this.options;
    if (tokens !== undefined) {
      const known = this.known(tokens, request);
      return { actor: known.actor, role: known.role, requestId, sessionExpiresAtMs: known.expiresAtMs ?? null };
    }
    const role = await authorize(request);
    if (role === undefined) throw new AdminError('forbidden', 'You may not look at this.', { needs: 'read' });
    return { actor: actor(request), role, requestId, sessionExpiresAtMs: null };
  }

  login(request: AdminRequest, token: string): { readonly session: Session; readonly cookie: string } {
    const { tokens } = this.options;
    if (tokens === undefined) throw new AdminError('not-found', 'Logging in by token is not set up here.');
    this.demandPatience(request);
    const bearer = tokens.bearer(token);
    const session = tokens.session(token, Date.now());
    if (bearer === undefined || session === undefined) throw this.refuse(request, 'This token is not known.');
    const { expiresAtMs, cookie } = session;
    return {
      session: { actor: bearer.actor, roles: [bearer.role], expiresAtMs },
      cookie: `${SESSION_COOKIE}=${cookie}; HttpOnly; SameSite=Strict${secure(request)}; Max-Age=${String(Math.floor((expiresAtMs - Date.now()) / 1_000))}`,
    };
  }

  logout(request: AdminRequest): string {
    return `${SESSION_COOKIE}=; HttpOnly; SameSite=Strict${secure(request)}; Max-Age=0`;
  }

  private known(tokens: Tokens, request: AdminRequest): Pick<Caller, 'actor' | 'role'> & { expiresAtMs?: number } {
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) {
      this.demandPatience(request);
      const known = tokens.bearer(bearer);
      if (known === undefined) throw this.refuse(request, 'This token is not known.');
      return known;
    }
    const cookie = parseCookies(request.headers.cookie ?? '')[SESSION_COOKIE];
    const known = cookie === undefined ? undefined : tokens.ofCookie(cookie, Date.now());
    if (known !== undefined) return known;
    const detail = cookie === undefined ? 'Log in with a token.' : 'The session is over. Log in again.';
    throw new AdminError('unauthenticated', detail);
  }

  private demandPatience(request: AdminRequest): void {
    const retryAfter = this.failed.waitSeconds(this.options.addressOf(request));
    if (retryAfter === 0) return;
    throw new AdminError('too-many', `Too many failed tries. Wait ${String(retryAfter)} seconds.`, { retryAfter });
  }

  private refuse(request: AdminRequest, message: string): AdminError {
    const address = this.options.addressOf(request);
    this.failed.failed(address);
    this.options.onRefused(address, requestIdOf(request));
    return new AdminError('unauthenticated', message);
  }
}

function secure({ protocol }: AdminRequest): string {
  return protocol === 'https' ? '; Secure' : '';
}

function requestIdOf({ headers }: AdminRequest): string | null {
  return textOf(headers['x-request-id'])?.slice(0, 100) ?? null;
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
