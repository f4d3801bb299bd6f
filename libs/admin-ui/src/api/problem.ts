import type { AdminProblem } from '../../../rate-limit/src/admin/api';

/** The server answered with a problem. */
export class AdminError extends Error {
  constructor(readonly problem: AdminProblem) {
    super(problem.detail);
    this.name = 'AdminError';
  }

  /** What is wrong with one field of the input. */
  field(path: string): string | undefined {
    return this.problem.fields?.find((field) => field.path === path)?.message;
  }
}

/** The server could not be reached, or did not answer. */
export class UnreachableError extends Error {
  /** Whether something may have been changed all the same. */
  readonly isChange: boolean;
  /** Whether it was waited for as long as it is. */
  readonly isLate: boolean;

  constructor(cause: unknown, { isChange, isLate }: Pick<UnreachableError, 'isChange' | 'isLate'>) {
    super('unreachable', { cause });
    this.name = 'UnreachableError';
    this.isChange = isChange;
    this.isLate = isLate;
  }
}

/** The problem in an answer; one of our own making where a proxy between answered something else. */
export async function problemOf(response: Response): Promise<AdminProblem> {
  try {
    const body: unknown = await response.json();
    if (isProblem(body)) return body;
  } catch {
    // Not JSON: the answer of a proxy, told by its status below.
  }
  return {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    detail: `${String(response.status)} ${response.statusText}`.trim(),
    code: codeOf(response.status),
  };
}

function isProblem(body: unknown): body is AdminProblem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'status' in body;
}

function codeOf(status: number): AdminProblem['code'] {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 429) return 'too-many';
  return status === 503 ? 'store-unavailable' : 'internal';
}
