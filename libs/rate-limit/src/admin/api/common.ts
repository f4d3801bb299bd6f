/** `operate`: reset, unblock, ban, allow. `configure`: change policies. Each includes those before it. */
export type AdminRole = 'read' | 'operate' | 'configure';

/** `shadow`: evaluated and counted, never refuses, not in headers. `off`: not looked at. */
export type PolicyMode = 'enforce' | 'shadow' | 'off';

export type AlgorithmId = 'sliding-window' | 'token-bucket' | 'fixed-window';

/** Who did something. */
export interface Actor {
  readonly id: string;
  readonly name: string;
}

/** A key as it may be shown. It is text of clients: never to be taken as HTML, a formula or a path. */
export interface KeyView {
  /** What to show: the identity (`user:42`), or what the redaction leaves of it. */
  readonly text: string;
  /** To be passed to requests about this key; `null` where the server cannot tell any more who it is. */
  readonly ref: string | null;
}

/** Body of every answer from 400 on: RFC 9457, `application/problem+json`. */
export interface AdminProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** For people: what is wrong and what to do. */
  readonly detail: string;
  readonly code: AdminProblemCode;
  /** 400: what is wrong with the input, by field. */
  readonly fields?: readonly FieldProblem[];
  /** 412: what stands there now, and who changed it. */
  readonly conflict?: Conflict;
  /** 403: what is needed. */
  readonly needs?: AdminRole;
  /** 429 and 503: whole seconds. */
  readonly retryAfter?: number;
}

export type AdminProblemCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'cross-site'
  | 'read-only'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'version-missing'
  | 'too-many'
  | 'unsupported-type'
  | 'store-unavailable'
  | 'busy'
  | 'internal';

export interface FieldProblem {
  /** Path in the input, such as `patch.limit`. */
  readonly path: string;
  readonly message: string;
}

/** Somebody else was faster. */
export interface Conflict {
  /** To be sent as `If-Match` with the next try; 0 where it is gone. */
  readonly version: number;
  readonly changedBy: Actor | null;
  readonly changedAtMs: number | null;
  /** What differs from the version that the request was based on. */
  readonly changes: readonly FieldChange[];
}

export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Body of a DELETE. */
export interface ReasonBody {
  readonly reason: string;
}

/** How far a change has got: `applied` of `instances` living ones. */
export interface Applied {
  readonly applied: number;
  readonly instances: number;
  /** `false` while the shared store does not say which other instances live: then it is told of the one that answers. */
  readonly complete: boolean;
  /** Ids of those that have not, with the reason where one is known. */
  readonly missing: readonly { readonly id: string; readonly problem: string | null }[];
}
