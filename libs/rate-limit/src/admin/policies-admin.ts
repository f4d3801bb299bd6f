import type { Policy, PolicyOptions } from '../core/policy';
import { parseDurationMs } from '../core/duration';
import { isInForce } from '../control/documents';
import type { RateLimitContext } from '../nest/rate-limit-context';
import { configHash } from '../statistics/instance-identity';
import type { KnownPolicy } from '../engine/known-policy';
import { AdminError } from './admin-error';
import type { AdminCore } from './admin-core';
import type { AuditAdmin } from './audit-admin';
import type * as api from './api';
import type { OverridesAdmin } from './overrides-admin';
import type { TrafficAdmin } from './traffic-admin';
import { compileBan } from '../core/ban';
import { Problems } from '../core/problems';

/** The policies, as code says and as they are in force. */
export class PoliciesAdmin {
  constructor(
    private readonly core: AdminCore,
    private readonly overrides: OverridesAdmin,
    private readonly traffic: TrafficAdmin,
    private readonly audit: AuditAdmin,
  ) {}

  async list(): Promise<api.PolicyList> {
    const known = this.core.runtime.registry.known();
    return { policies: await Promise.all(known.map(async (policy) => this.summary(policy))) };
  }

  async get(name: string): Promise<api.PolicyDetail> {
    const known = this.core.runtime.registry.known().find((policy) => policy.name === name);
    if (known === undefined) throw new AdminError('not-found', 'There is no such policy.');
    const [summary, traffic, overrides, history] = await Promise.all([
      this.summary(known),
      this.traffic.policy(name),
      this.overrides.list({ policy: name, state: 'any' }),
      // Without it the rest is still worth something.
      this.audit.list({ policy: name }).catch(() => ({ entries: null })),
    ]);
    return { ...summary, ...traffic, overrides: overrides.overrides, history: history.entries };
  }

  /** A name that was typed, where there is such a policy. */
  nameOf(typed: string | undefined): string | null {
    return this.core.runtime.registry.known().find(({ name }) => name === typed)?.name ?? null;
  }

  private async summary({ name, code, policy }: KnownPolicy<RateLimitContext>): Promise<api.PolicySummary> {
    const nowMs = Date.now();
    const { plane, runtime } = this.core;
    const inForce = plane.overrides().filter((found) => found.policy === name && isInForce(found, nowMs));
    const override = inForce.find(({ id }) => id === plane.inForce.overrideOf(name));
    const settings = settingsOf(code, policy);
    const changed = override === undefined ? settings : settingsOf({ ...code, ...override.patch }, policy);
    const isTrial = policy.trial !== undefined;
    return {
      name,
      code: settings,
      effective: isTrial ? settings : changed,
      trial: isTrial ? changed : null,
      overrideId: override?.id ?? null,
      keyOverrides: inForce.filter(({ target }) => target.kind !== 'policy').length,
      traffic: (await this.traffic.policy(name)).traffic,
      codeHash: configHash([name, code]),
      everyRoute: runtime.everyRoute.includes(name),
    };
  }
}

function settingsOf(options: PolicyOptions<RateLimitContext>, policy: Policy<RateLimitContext>): api.PolicySettings {
  const numberOf = (value: unknown): number | null => (typeof value === 'function' ? null : Number(value));
  const { algorithm = 'sliding-window' } = options;
  return {
    algorithm,
    limit: numberOf(options.limit),
    per: String(options.per),
    perMs: parseDurationMs(options.per) ?? null,
    burst: algorithm === 'token-bucket' ? numberOf(options.burst ?? options.limit) : null,
    timeZone: options.timeZone ?? null,
    mode: options.mode ?? 'enforce',
    keyedBy: policy.key?.kind ?? 'ip',
    scope: options.scope ?? null,
    cost: typeof options.cost === 'function' ? 'function' : Number(options.cost ?? 1),
    onStoreFailure: policy.onStoreFailure,
    ban: compileBan('ban', options.ban, new Problems()) ?? null,
  };
}
