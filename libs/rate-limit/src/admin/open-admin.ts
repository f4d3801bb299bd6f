import type { RateLimitRuntime } from '../nest/runtime';
import { AdminCore } from './admin-core';
import { KeyViews } from './key-views';
import { RateLimitAdmin } from './rate-limit-admin';
import type { RateLimitAdminOptions } from './rate-limit-admin.options';

/** Puts the admin service together on top of a running limiter. Nothing is read before its control plane is started. */
export function openAdmin(
  runtime: RateLimitRuntime,
  options: RateLimitAdminOptions,
  token: string | undefined,
): RateLimitAdmin {
  const { plane, journal } = runtime.control;
  journal.isDetailed = true;
  const redact = options.redactKey ?? ((key: string) => key);
  const keys = new KeyViews(redact, options.secret ?? token);
  return new RateLimitAdmin(new AdminCore(runtime, plane, journal, keys, runtime.operations.identity.id));
}
