import type { AdminProblem, AdminProblemCode, AdminRole, Conflict, FieldProblem } from './api';

const STATUS: Readonly<Record<AdminProblemCode, readonly [status: number, title: string]>> = {
  invalid: [400, 'The input is not usable'],
  unauthenticated: [401, 'Not logged in'],
  forbidden: [403, 'Not allowed'],
  'cross-site': [403, 'Refused: the request comes from another site'],
  'read-only': [403, 'Nothing can be changed here'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  conflict: [412, 'Somebody else changed it'],
  'unsupported-type': [415, 'JSON is expected'],
  'version-missing': [428, 'The version is missing'],
  'too-many': [429, 'Too many'],
  internal: [500, 'Something went wrong'],
  'store-unavailable': [503, 'The store is not available'],
  busy: [503, 'Busy'],
};

export interface AdminErrorDetails {
  readonly fields?: readonly FieldProblem[];
  readonly conflict?: Conflict;
  readonly needs?: AdminRole;
  readonly retryAfter?: number;
}

/** Something that an operator asked for and does not get. Over HTTP it is the problem that it tells. */
export class AdminError extends Error {
  constructor(
    readonly code: AdminProblemCode,
    message: string,
    readonly details: AdminErrorDetails = {},
  ) {
    super(message);
    this.name = 'AdminError';
  }

  static invalid(path: string, message: string): AdminError {
    return new AdminError('invalid', `${path}: ${message}`, { fields: [{ path, message }] });
  }

  get problem(): AdminProblem {
    const [status, title] = STATUS[this.code];
    return { type: 'about:blank', title, status, detail: this.message, code: this.code, ...this.details };
  }
}
