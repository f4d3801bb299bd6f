import type { ExecutionContext } from '@nestjs/common';

type Guards = Map<string, object>;

/** By which guard a request was counted under which key. */
const counted = new WeakMap<object, Guards>();

/**
 * Whether another guard has counted this HTTP request under the same key, as a global guard and the same one on a
 * route do. Notes it as counted by this one otherwise. Elsewhere a request carries many calls, and each counts.
 */
export function countedByOthers(guard: object, context: ExecutionContext, request: object, key: string): boolean {
  if (context.getType() !== 'http') return false;
  const guards: Guards = counted.get(request) ?? new Map<string, object>();
  counted.set(request, guards);
  const other = guards.get(key);
  guards.set(key, other ?? guard);
  return other !== undefined && other !== guard;
}
