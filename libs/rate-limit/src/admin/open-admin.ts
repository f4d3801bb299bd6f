import { ControlPlane } from '../control/control-plane';
import type { ControlStore } from '../control/control-store';
import { DecisionJournal } from '../control/decision-journal';
import { Escalation } from '../control/escalation';
import { MemoryControlStore } from '../control/memory-control-store';
import { type ControlRedis, RedisControlStore } from '../control/redis-control-store';
import type { PolicyRegistry } from '../engine/policy-registry';
import type { RateLimitRuntime } from '../nest/runtime';
import { configHash } from '../statistics/instance-identity';
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
  const { opened, operations } = runtime;
  const redis = opened.redis as { readonly client: unknown; readonly prefix: string } | undefined;
  const registry = runtime.registry as unknown as PolicyRegistry<never>;
  const identity = operations.identity;
  const store: ControlStore =
    redis === undefined ? new MemoryControlStore() : new RedisControlStore(redis.client as ControlRedis, redis.prefix);
  const journal = new DecisionJournal((name) => registry.find(name)?.limitOf !== undefined);
  const plane = new ControlPlane({
    registry,
    store,
    identity,
    log: runtime.log,
    configHash: () => configHash(registry.known().map(({ name, code }) => [name, code])),
  });
  registry.control.tap = journal;
  plane.beforeEachPoll(async () => {
    const waiting = journal.blocked.take();
    if (waiting.length > 0) await store.noteBlocked(waiting, Date.now());
  });
  const escalation = new Escalation({ registry, plane, buckets: opened.store, instance: identity.id });
  journal.escalation = escalation;
  plane.beforeEachPoll(() => escalation.flush());
  const redact = options.redactKey ?? ((key: string) => key);
  const keys = new KeyViews(redact, options.secret ?? token);
  return new RateLimitAdmin(new AdminCore(runtime, plane, journal, keys, identity.id));
}
