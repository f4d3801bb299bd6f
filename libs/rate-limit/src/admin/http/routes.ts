import type { z } from 'zod';
import type { AuditedAction } from '../../control/audit-record';
import { ADMIN_PATHS, type AdminRole } from '../api';
import type { Caller } from '../caller';
import type { RateLimitAdmin } from '../rate-limit-admin';
import { schemas } from '../schemas';

export interface RouteInput<Body> {
  readonly admin: RateLimitAdmin;
  readonly caller: Caller;
  /** Of query (GET) or body (else), checked. */
  readonly input: Body;
  readonly params: Readonly<Record<string, string>>;
  /** Of `If-Match`; 0 where the route needs none. */
  readonly version: number;
}

/** A request that the API answers. */
export interface AdminEndpoint {
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `null`: of anybody, known or not. */
  readonly role: AdminRole | null;
  /** Of query (GET) or body (else). */
  readonly schema: z.ZodType;
  readonly status: number;
  readonly needsVersion: boolean;
}

/** One that is answered with what some part of the admin service says. */
export interface AdminRoute extends AdminEndpoint {
  readonly role: AdminRole;
  /** Of what is noted where it is refused. */
  readonly action: AuditedAction | undefined;
  run(input: RouteInput<unknown>): unknown;
}

type Extra = Partial<Pick<AdminRoute, 'status' | 'action' | 'needsVersion' | 'role'>>;

function route<Schema extends z.ZodType>(
  method: AdminRoute['method'],
  path: string,
  schema: Schema,
  run: (input: RouteInput<z.output<Schema>>) => unknown,
  extra: Extra = {},
): AdminRoute {
  const defaults = { role: 'read', status: 200, action: undefined, needsVersion: false } as const;
  return { method, path, schema, ...defaults, ...extra, run };
}

const OPERATE = { role: 'operate' } as const;
const CONFIGURE = { role: 'configure' } as const;
const P = ADMIN_PATHS;
const id = (params: Readonly<Record<string, string>>): string => params['id'] ?? '';

/** Every request that the API answers, but those below. */
export const ADMIN_ROUTES: readonly AdminRoute[] = [
  route('GET', P.overview, schemas.nothing, ({ admin }) => admin.traffic.overview()),
  route('GET', P.traffic, schemas.traffic, ({ admin, input }) => admin.traffic.series(input as never)),
  route('GET', P.policies, schemas.nothing, ({ admin }) => admin.policies.list()),
  route('GET', P.policy, schemas.nothing, ({ admin, params }) => admin.policies.get(params['name'] ?? '')),
  route('GET', P.inspect, schemas.inspect, ({ admin, input }) => admin.keys.inspect(input.key)),
  route('GET', P.keys, schemas.search, ({ admin, input }) => admin.keys.search(input as never)),
  route('POST', P.reset, schemas.reset, ({ admin, input, caller }) => admin.keys.reset(input as never, caller), {
    ...OPERATE,
    action: 'key.reset',
  }),
  route('GET', P.blocked, schemas.blocked, ({ admin, input }) => admin.keys.blocked(input as never)),
  route('GET', P.entries, schemas.entries, ({ admin, input }) => admin.lists.list(input as never)),
  route(
    'POST',
    P.entries,
    schemas.entryCreate,
    ({ admin, input, caller }) => admin.lists.create(input as never, caller),
    {
      ...OPERATE,
      status: 201,
      action: 'entry.create',
    },
  ),
  route('POST', P.entryPreview, schemas.entryPreview, async ({ admin, input }) => {
    const { blocked } = await admin.keys.blocked();
    return admin.lists.preview(
      input,
      blocked.flatMap(({ key }) => (key.ref === null ? [] : [admin.core.keys.open(key.ref) ?? ''])),
    );
  }),
  route('GET', P.entry, schemas.nothing, ({ admin, params }) => admin.lists.get(id(params))),
  route(
    'PATCH',
    P.entry,
    schemas.entryUpdate,
    ({ admin, params, version, input, caller }) => admin.lists.change(id(params), version, input, caller),
    { ...OPERATE, needsVersion: true, action: 'entry.change' },
  ),
  route(
    'DELETE',
    P.entry,
    schemas.reason,
    ({ admin, params, version, input, caller }) => admin.lists.remove(id(params), version, input.reason, caller),
    { ...OPERATE, needsVersion: true, status: 204, action: 'entry.remove' },
  ),
  route('GET', P.overrides, schemas.overrides, ({ admin, input }) => admin.overrides.list(input as never)),
  route(
    'POST',
    P.overrides,
    schemas.overrideCreate,
    ({ admin, input, caller }) => admin.overrides.create(input as never, caller),
    { ...CONFIGURE, status: 201, action: 'override.create' },
  ),
  route('GET', P.override, schemas.nothing, ({ admin, params }) => admin.overrides.get(id(params))),
  route(
    'PUT',
    P.override,
    schemas.overrideUpdate,
    ({ admin, params, version, input, caller }) => admin.overrides.change(id(params), version, input as never, caller),
    { ...CONFIGURE, needsVersion: true, action: 'override.change' },
  ),
  route(
    'DELETE',
    P.override,
    schemas.reason,
    ({ admin, params, version, input, caller }) => admin.overrides.remove(id(params), version, input.reason, caller),
    { ...CONFIGURE, needsVersion: true, status: 204, action: 'override.remove' },
  ),
  route(
    'POST',
    P.rollback,
    schemas.rollback,
    ({ admin, params, version, input, caller }) =>
      admin.overrides.rollBack(id(params), version, input as never, caller),
    { ...CONFIGURE, needsVersion: true, action: 'override.rollback' },
  ),
  route('GET', P.recording, schemas.nothing, ({ admin }) => admin.recording.status()),
  route(
    'PUT',
    P.recording,
    schemas.recording,
    ({ admin, input, caller }) => admin.recording.update(input as never, caller),
    { ...CONFIGURE, action: 'recording.change' },
  ),
  route('POST', P.simulate, schemas.simulation, ({ admin, input }) => admin.simulation.run(input as never)),
  route('GET', P.audit, schemas.audit, ({ admin, input }) => admin.audit.list(input as never)),
  route('GET', P.auditEntry, schemas.nothing, ({ admin, params }) => admin.audit.get(id(params))),
  route('GET', P.system, schemas.nothing, ({ admin }) => admin.system.status()),
];

/** What is answered with something else than JSON, or is about the caller. */
const OTHERS: readonly AdminEndpoint[] = [
  read(P.bootstrap),
  { ...read(P.session, null), method: 'POST', schema: schemas.login },
  { ...read(P.session, null), method: 'DELETE', status: 204 },
  read(P.stream),
  { ...read(P.auditExport), schema: schemas.auditExport },
];

function read(path: string, role: AdminRole | null = 'read'): AdminEndpoint {
  return { path, method: 'GET', role, schema: schemas.nothing, status: 200, needsVersion: false };
}

/** Every request that the API answers. What is not in here does not exist, is not documented and is not tested. */
export const ADMIN_ENDPOINTS: readonly AdminEndpoint[] = [...ADMIN_ROUTES, ...OTHERS];

/** The methods that a path takes. */
export function methodsOf(path: string): readonly AdminEndpoint['method'][] {
  return ADMIN_ENDPOINTS.filter((endpoint) => endpoint.path === path).map(({ method }) => method);
}
