import type { ThrottlerStorageRecord } from './throttler-storage';

export interface ThrottlerField {
  /** Of the throttler. */
  readonly name: string;
  readonly limit: number;
  readonly record: ThrottlerStorageRecord;
}

/**
 * The fields of @nestjs/throttler, the same ones whether a request passes or not, and on a refusal a `Retry-After` that
 * is right for all throttlers that refused.
 */
export function writeThrottlerHeaders(
  prefix: string,
  fields: readonly ThrottlerField[],
  set: (name: string, value: number) => void,
): void {
  let retryAfter = 0;
  for (const { name, limit, record } of fields) {
    const suffix = name === 'default' ? '' : `-${name}`;
    set(`${prefix}-Limit${suffix}`, limit);
    set(`${prefix}-Remaining${suffix}`, Math.max(0, limit - record.totalHits));
    set(`${prefix}-Reset${suffix}`, record.timeToExpire);
    if (!record.isBlocked) continue;
    if (suffix !== '') set(`Retry-After${suffix}`, record.timeToBlockExpire);
    retryAfter = Math.max(retryAfter, record.timeToBlockExpire, 1);
  }
  if (retryAfter > 0) set('Retry-After', retryAfter);
}
