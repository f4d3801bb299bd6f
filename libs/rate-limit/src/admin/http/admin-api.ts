import type { CalmLog } from '../../engine/log';
import { messageOf } from '../../engine/log';
import { AdminError } from '../admin-error';
import { ADMIN_PATHS, type Bootstrap, type EnvironmentBadge } from '../api';
import { type Caller, includesRole, ROLES } from '../caller';
import { DEFAULT_EXPIRY_MS } from '../admin-core';
import type { RateLimitAdmin } from '../rate-limit-admin';
import { schemas } from '../schemas';
import type { Access, Admitted } from './access';
import { attemptOf } from './attempt-of';
import { type AdminRequest, AdminResponse } from './exchange';
import { parseInput, versionOf } from './input';
import { FewAMinute } from './few-a-minute';
import { RefusedAttempts } from './refused-attempts';
import { ADMIN_ROUTES, type AdminRoute, methodsOf } from './routes';
import { demandSameSite } from './same-site';

export interface AdminApiOptions {
  readonly admin: RateLimitAdmin;
  readonly access: Access;
  readonly authentication: Bootstrap['authentication'];
  readonly readOnly: boolean;
  readonly trustedOrigins: readonly string[];
  readonly environment: EnvironmentBadge | null;
  readonly links: Bootstrap['links'];
  readonly version: string;
  readonly log: CalmLog;
}

/** Logins of a minute that are written down. */
const MOST_LOGINS = 20;

/** Answers requests to the admin API, whichever framework brings them. Never throws. */
export class AdminApi {
  private readonly refused: RefusedAttempts;
  private readonly logins = new FewAMinute(MOST_LOGINS);

  constructor(private readonly options: AdminApiOptions) {
    this.refused = new RefusedAttempts(options.admin);
  }

  async handle(path: string, request: AdminRequest, rawResponse: unknown): Promise<void> {
    const response = new AdminResponse(rawResponse);
    try {
      await this.answer(path, request, response);
    } catch (error) {
      this.fail(path, error, response);
    }
  }

  private async answer(path: string, request: AdminRequest, response: AdminResponse): Promise<void> {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (method !== 'GET') demandSameSite(request, this.options.trustedOrigins);
    if (path === ADMIN_PATHS.session) {
      await this.session(method, request, response);
      return;
    }
    const caller = await this.options.access.admit(request);
    const special = this.special(path, method, request, response, caller);
    if (special !== undefined) {
      await special;
      return;
    }
    const route = ADMIN_ROUTES.find((found) => found.path === path && found.method === method);
    if (route === undefined) throw this.noMethod(path, method);
    try {
      response.send(route.status, await this.run(route, request, caller));
    } catch (error) {
      await this.noteRefusal(route, error, caller, request);
      throw error;
    }
  }

  private run(route: AdminRoute, request: AdminRequest, caller: Admitted): unknown {
    const { admin, readOnly } = this.options;
    if (readOnly && route.role !== 'read') throw new AdminError('read-only', 'This admin API is set to read only.');
    admin.core.demand(caller, route.role);
    const input = parseInput(route.schema, route.method === 'GET' ? request.query : request.body);
    const version = route.needsVersion ? versionOf(request.headers['if-match']) : 0;
    return route.run({ admin, caller, input, params: request.params ?? {}, version });
  }

  /** What is answered with something else than JSON, or is about the caller. */
  private special(
    path: string,
    method: string,
    request: AdminRequest,
    response: AdminResponse,
    caller: Admitted,
  ): Promise<void> | undefined {
    if (method !== 'GET') return undefined;
    switch (path) {
      case ADMIN_PATHS.bootstrap:
        response.send(200, this.bootstrap(caller));
        return Promise.resolve();
      case ADMIN_PATHS.stream:
        this.stream(request, response);
        return Promise.resolve();
      case ADMIN_PATHS.auditExport:
        return this.export(request, response);
      default:
        return undefined;
    }
  }

  private stream({ method }: AdminRequest, response: AdminResponse): void {
    const { streams } = this.options.admin;
    // Who asks for the head alone would never be told that it ends.
    if (method === 'HEAD') {
      response.send(200, undefined, { 'Content-Type': 'text/event-stream; charset=utf-8' });
      return;
    }
    streams.demandRoom();
    streams.add(response.takeOver());
  }

  private async export(request: AdminRequest, response: AdminResponse): Promise<void> {
    const { admin } = this.options;
    const { format = 'json', ...query } = parseInput(schemas.auditExport, request.query) as { format?: 'csv' | 'json' };
    const isCsv = format === 'csv';
    const body = isCsv ? await admin.audit.csv(query) : JSON.stringify(await admin.audit.whole(query));
    response.send(200, body, {
      'Content-Type': isCsv ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="rate-limit-audit.${format}"`,
    });
  }

  private async session(method: string, request: AdminRequest, response: AdminResponse): Promise<void> {
    const { access } = this.options;
    if (method === 'DELETE') {
      response.send(204, undefined, { 'Set-Cookie': access.logout(request) });
      return;
    }
    if (method !== 'POST') throw this.noMethod(ADMIN_PATHS.session, method);
    const { token } = parseInput(schemas.login, request.body) as { token: string };
    const { session, cookie } = access.login(request, token);
    const roles = ROLES.filter((role) => session.roles.some((own) => includesRole(own, role)));
    response.send(200, { ...session, roles }, { 'Set-Cookie': cookie });
    const { admin } = this.options;
    // Whoever has a token could push everything else out of the trail by them.
    if (this.logins.next() === 'left-out') {
      admin.core.actions.add({ action: 'session.login', outcome: 'done' });
      return;
    }
    const caller = { actor: session.actor, role: 'read', requestId: null } as const;
    await admin.core
      .note(caller, { action: 'session.login', target: session.actor.name, changes: [], reason: '' })
      .catch(() => undefined);
  }

  private bootstrap({ actor, role, sessionExpiresAtMs }: Admitted): Bootstrap {
    const { admin, authentication, readOnly, environment, links, version } = this.options;
    return {
      actor,
      roles: readOnly ? ['read'] : ROLES.filter((own) => includesRole(role, own)),
      authentication,
      sessionExpiresAtMs,
      readOnly,
      environment,
      features: {
        recording: true,
        simulation: true,
        statistics: true,
        shared: admin.core.plane.store.isShared,
      },
      version,
      serverTimeMs: Date.now(),
      defaultExpiryMs: DEFAULT_EXPIRY_MS,
      links,
    };
  }

  /** The trail has what was tried as well. */
  private async noteRefusal(route: AdminRoute, error: unknown, caller: Caller, request: AdminRequest): Promise<void> {
    if (route.action === undefined || !(error instanceof AdminError)) return;
    const attempt = attemptOf(this.options.admin, route, request);
    await this.refused.note(route.action, attempt, error.message, caller);
  }

  private noMethod(path: string, method: string): AdminError {
    return new AdminError('method-not-allowed', `${method} is not for ${path}.`);
  }

  private fail(path: string, error: unknown, response: AdminResponse): void {
    if (!(error instanceof AdminError)) {
      this.options.log.error('admin api', () => `A request to the admin API failed: ${messageOf(error)}`);
    }
    const { problem } =
      error instanceof AdminError ? error : new AdminError('internal', 'The log of the app says why.');
    const retry = problem.retryAfter === undefined ? {} : { 'Retry-After': String(problem.retryAfter) };
    const allow = problem.status === 405 ? { Allow: methodsOf(path).join(', ') } : {};
    response.send(problem.status, problem, { ...retry, ...allow });
  }
}
