import type { Policy } from '../core/policy';
import type { Quota } from '../core/quota';
import type { Charge } from '../core/store';
import { msFromTicks } from '../core/ticks';
import { scopeOf } from '../engine/bucket-id';
import { quotaIfFits } from '../engine/policy-patch';
import { trialCharge } from '../engine/shadow-charges';
import type { RateLimitContext } from '../nest/rate-limit-context';
import { type AdminCore, available } from './admin-core';
import type * as api from './api';
import { bucketsOf, limitFrom } from './policy-buckets';

const NOTHING = { used: null, remaining: null, unblocksAtMs: null, resetsAtMs: null, source: 'none' };

type Bucket = Pick<Charge, 'bucketId' | 'identity'> & { readonly quota: Quota | undefined };

/** What keys have used of policies, and of limits that are tried out beside them. */
export class KeyStates {
  constructor(private readonly core: AdminCore) {}

  /** Those whose kind of key it is; an address may stand in for any other kind. */
  policiesOf(identity: string): readonly Policy<RateLimitContext>[] {
    const kind = identity.slice(0, identity.indexOf(':'));
    const known = this.core.runtime.registry.known().map(({ policy }) => policy);
    return kind === 'ip' ? known : known.filter(({ key }) => key?.kind === kind);
  }

  /** @param isLetPass An entry lets the key's requests pass, whatever it has used. */
  inPolicy(
    { name }: Policy<RateLimitContext>,
    identity: string,
    isLetPass: boolean,
  ): Promise<readonly api.KeyInPolicy[]> {
    const { registry } = this.core.runtime;
    const known = bucketsOf(registry, name);
    return Promise.all(
      known.flatMap((bucketId) => {
        const policy = registry.inForceIn(name, bucketId);
        return policy === undefined ? [] : [this.inBucket(policy, { bucketId, identity }, isLetPass)];
      }),
    );
  }

  /** As routes change a policy, each by itself, so it is in their buckets. */
  private async inBucket(
    policy: Policy<RateLimitContext>,
    bucket: Omit<Bucket, 'quota'>,
    isLetPass: boolean,
  ): Promise<api.KeyInPolicy> {
    const { plane, journal } = this.core;
    const { bucketId, identity } = bucket;
    const lastLimit = journal.limits.of(policy.name, identity);
    const own = policy.quota ?? (lastLimit === undefined ? undefined : quotaIfFits(policy, lastLimit));
    const { quota, ...limit } = this.limitOf(policy, bucket, own);
    // Both looks go to Redis together.
    const [use, trial] = await Promise.all([
      this.use({ ...bucket, quota }),
      this.trial(policy, { ...bucket, quota: own }),
    ]);
    const scope = scopeOf(bucketId);
    const about = { policy: policy.name, algorithm: policy.algorithm, scope };
    const mode = plane.inForce.keys.inForce(policy, identity)?.patch.mode ?? policy.mode;
    // In shadow it is told who would be blocked: that is what a shadow is for.
    const isRefused = mode !== 'off' && !isLetPass;
    return { ...about, mode, limit: quota?.capacity ?? null, ...limit, ...(isRefused ? use : unrefused(use)), trial };
  }

  /** What limits a key in a bucket, and who said so. What a route writes for itself stays whatever is overridden. */
  private limitOf(
    policy: Policy<RateLimitContext>,
    bucket: Omit<Bucket, 'quota'>,
    own: Quota | undefined,
  ): Pick<api.KeyInPolicy, 'limitFrom' | 'overrideId'> & { readonly quota: Quota | undefined } {
    const { plane, runtime } = this.core;
    const { keys } = plane.inForce;
    const rule = keys.inForce(policy, bucket.identity);
    const ofKey =
      own === undefined ? rule?.policy.quota : keys.adjust(policy, { ...bucket, quota: own, cost: 1 })?.quota;
    const isRuled = rule !== undefined && (ofKey !== undefined || rule.patch.mode !== undefined);
    const isWide = policy.trial === undefined && runtime.registry.isOverriddenIn(policy.name, bucket.bucketId);
    const wide = isWide ? plane.inForce.overrideOf(policy.name) : undefined;
    const overrideId = (isRuled ? rule.document.id : wide) ?? null;
    return { quota: ofKey ?? own, overrideId, limitFrom: limitFrom(overrideId, policy, own !== undefined) };
  }

  /** The limit that is tried out for a key, by the rules of decisions. */
  private async trial(
    policy: Policy<RateLimitContext>,
    { quota, ...bucket }: Bucket,
  ): Promise<api.KeyInPolicy['trial']> {
    if (quota === undefined) return null;
    const { inForce } = this.core.plane;
    const charge = { ...bucket, quota, cost: 1 };
    const tried = trialCharge(policy, charge, inForce.keys.adjust(policy, charge));
    if (tried === undefined) return null;
    const overrideId = inForce.keys.find(policy.name, bucket.identity)?.document.id;
    return {
      limit: tried.quota.capacity,
      overrideId: overrideId ?? inForce.overrideOf(policy.name) ?? null,
      ...(await this.use(tried)),
    };
  }

  private async use({ quota, ...bucket }: Bucket): Promise<api.KeyUse> {
    if (quota === undefined) return { ...NOTHING, state: 'unknown' };
    const { store } = this.core.runtime.opened;
    const [verdict] = await available(Promise.resolve(store.peek([{ ...bucket, quota, cost: 1 }])));
    if (verdict === undefined) return { ...NOTHING, state: 'unknown' };
    const nowMs = Date.now();
    const at = (ticks: number): number | null => (ticks > 0 && ticks < Infinity ? nowMs + msFromTicks(ticks) : null);
    const isUnused = verdict.remaining === quota.capacity && verdict.resetTicks === 0;
    const source = verdict.source ?? store.source;
    return {
      // What a key has used is known to the store: what answers in its place knows how much it lets pass.
      used: source === 'fallback' ? null : quota.capacity - verdict.remaining,
      remaining: verdict.remaining,
      state: verdict.outcome !== 'allowed' ? 'blocked' : isUnused ? 'unused' : 'ok',
      unblocksAtMs: at(verdict.retryTicks),
      resetsAtMs: at(verdict.resetTicks),
      source,
    };
  }
}

/** What was used where nothing refuses, however much that is. */
function unrefused(use: api.KeyUse): api.KeyUse {
  return use.state === 'blocked' ? { ...use, state: 'ok', unblocksAtMs: null } : use;
}
