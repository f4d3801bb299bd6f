import type { AdminProblem } from '../../rate-limit/src/admin/api';

/** An answer that says no. */
export class Refusal extends Error {
  constructor(readonly problem: AdminProblem) {
    super(problem.detail);
  }
}

export const problem = (status: number, code: AdminProblem['code'], detail: string): AdminProblem => ({
  type: 'about:blank',
  title: code,
  status,
  detail,
  code,
});

export function invalid(path: string, message: string): never {
  throw new Refusal({ ...problem(400, 'invalid', message), fields: [{ path, message }] });
}
