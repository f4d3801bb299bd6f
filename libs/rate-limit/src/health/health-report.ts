import { show } from '../core/errors';

/** How one thing is. `degraded`: it works, but not as it should. */
export type HealthStatus = 'up' | 'degraded' | 'down';

/** The result of one check, in the shape of Terminus: its name, its status, and what else is to be said. */
export type HealthResult<Name extends string = string> = Record<
  Name,
  { readonly status: HealthStatus; readonly [detail: string]: unknown }
>;

export type HealthCheck = () => Promise<HealthResult> | HealthResult;

/** The result of several checks, in the shape of Terminus. */
export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'error' | 'shutting_down';
  readonly info: HealthResult;
  readonly error: HealthResult;
  readonly details: HealthResult;
}

/** Runs checks side by side. One that throws, or takes longer than `timeoutMs`, is down. Never rejects. */
export async function runChecks(checks: readonly HealthCheck[], timeoutMs: number): Promise<HealthReport> {
  const results = await Promise.all(checks.map((check, i) => resultOf(check, i, timeoutMs)));
  const entries = results.flatMap((result) => Object.entries(result));
  const isDown = ([, { status }]: (typeof entries)[number]): boolean => status === 'down';
  const status = entries.some(isDown)
    ? 'error'
    : entries.some(([, one]) => one.status === 'degraded')
      ? 'degraded'
      : 'ok';
  return {
    status,
    info: Object.fromEntries(entries.filter((entry) => !isDown(entry))),
    error: Object.fromEntries(entries.filter(isDown)),
    details: Object.fromEntries(entries),
  };
}

async function resultOf(check: HealthCheck, index: number, timeoutMs: number): Promise<HealthResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<HealthResult>((resolve) => {
    timer = setTimeout(() => {
      resolve(down(index, `There was no answer within ${String(timeoutMs)} ms.`));
    }, timeoutMs);
  });
  try {
    const result: unknown = await Promise.race([check(), late]);
    return isResult(result) ? result : down(index, `It returned ${show(result)}, which is no result of a check.`);
  } catch (error) {
    return down(index, error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** Checks are the application's own, and not all of them are written in TypeScript. */
function isResult(value: unknown): value is HealthResult {
  return isObject(value) && Object.values(value).every(isObject);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function down(index: number, message: string): HealthResult {
  return { [`check ${String(index + 1)}`]: { status: 'down', message } };
}
