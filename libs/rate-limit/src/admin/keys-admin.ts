import type { Policy } from '../core/policy';
import type { Quota } from '../core/quota';
import { msFromTicks } from '../core/ticks';
import { trialBucketId } from '../engine/bucket-id';
import { denialsBucket } from '../control/escalation';
import { isInForce } from '../control/documents';
import { isSampled, RECENT_ONE_IN } from '../control/recent-decisions';
import type { RateLimitContext } from '../nest/rate-limit-context';
import { type AdminCore, available } from './admin-core';
import type * as api from './api';
import type { Caller } from './caller';
import type { ListsAdmin } from './lists-admin';
import { bucketsOf, limitFrom } from './policy-buckets';
import { overrideView } from './override-views';

const MOST_LISTED = 1_000;

/** Looks at single keys, and lets them go. */
export class KeysAdmin {
  constructor(
    private readonly core: AdminCore,
    private readonly lists: ListsAdmin,
  ) {}

  /** One key over all policies that may count it. */
  async inspect(text: string): Promise<api.KeyInspection> {
    const { core } = this;
    const identity = core.identityOf('key', text);
    const nowMs = Date.now();
    const { inForce } = core.plane;
    const entries = inForce.lists.concerning(undefined, [identity], nowMs);
    const policies = await Promise.all(
      this.policiesOf(identity).map(async (policy) => this.inPolicy(policy, identity)),
    );
    const overrides = core.plane
      .overrides()
      .filter(
        (document) =>
          isInForce(document, nowMs) && inForce.keys.find(document.policy, identity)?.document.id === document.id,
      );
    return {
      key: core.keys.of(identity),
      atMs: nowMs,
      policies: policies.flat(),
      entries: entries.map((entry) => this.lists.view(entry)),
      decidedBy: entries[0] === undefined ? null : { list: entries[0].list, entryId: entries[0].id },
      overrides: overrides.map((document) => overrideView(core, document)),
      recent: core.journal.recent.list(identity).map((record) => ({
        ...record,
        retryAfterMs: Number.isFinite(record.retryAfterMs) ? record.retryAfterMs : null,
      })),
      recentSampledOneIn: RECENT_ONE_IN,
      isSampled: isSampled(identity, RECENT_ONE_IN),
    };
  }

  /** Forgets what keys have used, of one policy or all; bans that were made of their denials end as well. */
  async reset(input: api.ResetRequest, caller: Caller): Promise<api.ResetResult> {
    this.core.demand(caller, 'operate');
    const results: api.ResetResult['results'][number][] = [];
    for (const text of input.keys) results.push(await this.resetOne(text, input, caller));
    return { results };
  }

  async blocked({ policy, search = '' }: api.BlockedQuery = {}): Promise<api.BlockedList> {
    const atMs = Date.now();
    await this.core.plane.poll();
    const { records, count } = await available(this.core.plane.store.blocked(atMs, MOST_LISTED));
    const views = records.map((record) => ({
      key: this.core.keys.of(record.identity, record.policy),
      policy: record.policy,
      sinceMs: record.sinceMs,
      untilMs: record.untilMs,
      denied: record.denied,
      entryId: record.banId ?? null,
    }));
    const wanted = views.filter(
      (view) => (policy === undefined || view.policy === policy) && view.key.text.startsWith(search),
    );
    return { atMs, blocked: wanted, count, atLeast: count > records.length };
  }

  /** Keys that are known by name because they stand out. */
  async search({ search = '' }: api.KeySearchQuery = {}): Promise<api.KeyList> {
    const found = new Map<
      string,
      { policies: Set<string>; known: Set<'blocked' | 'heavy' | 'listed' | 'overridden'> }
    >();
    const add = (
      identity: string,
      policy: string | undefined,
      why: 'blocked' | 'heavy' | 'listed' | 'overridden',
    ): void => {
      const entry = found.get(identity) ?? { policies: new Set(), known: new Set() };
      if (policy !== undefined) entry.policies.add(policy);
      entry.known.add(why);
      found.set(identity, entry);
    };
    const nowMs = Date.now();
    for (const { identity, policy } of (await available(this.core.plane.store.blocked(nowMs, MOST_LISTED))).records) {
      add(identity, policy, 'blocked');
    }
    for (const { target } of this.core.plane.entries()) if (target.kind === 'key') add(target.key, undefined, 'listed');
    for (const { target, policy } of this.core.plane.overrides()) {
      if (target.kind === 'key') add(target.key, policy, 'overridden');
    }
    const keys = [...found].map(([identity, { policies, known }]) => ({
      key: this.core.keys.of(identity),
      policies: [...policies],
      known: [...known],
    }));
    return { keys: keys.filter(({ key }) => key.text.startsWith(search)).slice(0, 200), complete: false };
  }

  private async resetOne(
    text: string,
    { policy, reason }: api.ResetRequest,
    caller: Caller,
  ): Promise<api.ResetResult['results'][number]> {
    const { core } = this;
    const identity = core.identityOf('keys', text);
    const wanted = this.policiesOf(identity).filter(({ name }) => policy === undefined || name === policy);
    const states = (await Promise.all(wanted.map(async (found) => this.inPolicy(found, identity)))).flat();
    const used = new Set(states.filter(({ state }) => state !== 'unused').map((found) => found.policy));
    const { store } = core.runtime.opened;
    for (const found of wanted) {
      const { registry } = core.runtime;
      const buckets = bucketsOf(registry, found);
      const trials = registry.isTried(found.name) ? buckets.map(trialBucketId) : [];
      for (const bucketId of [...buckets, ...trials]) {
        await available(Promise.resolve(store.reset(bucketId, identity)));
      }
      await available(Promise.resolve(store.reset(denialsBucket(found.name), identity)));
      await available(core.plane.store.unblock(found.name, identity));
    }
    for (const entry of core.plane.inForce.lists.concerning(undefined, [identity], Date.now())) {
      if (entry.origin !== 'escalation' || (policy !== undefined && entry.policy !== policy)) continue;
      await this.lists.remove(entry.id, entry.version, reason, caller);
    }
    const key = core.keys.of(identity, policy);
    await core.note(caller, { action: 'key.reset', target: key.text, policy: policy ?? null, changes: [], reason });
    return { key, policies: [...used], problem: null };
  }

  /** Those whose kind of key it is; an address may stand in for any other kind. */
  private policiesOf(identity: string): readonly Policy<RateLimitContext>[] {
    const kind = identity.slice(0, identity.indexOf(':'));
    const known = this.core.runtime.registry.known().map(({ policy }) => policy);
    return kind === 'ip' ? known : known.filter(({ key }) => key?.kind === kind);
  }

  private async inPolicy(policy: Policy<RateLimitContext>, identity: string): Promise<readonly api.KeyInPolicy[]> {
    const { core } = this;
    const rule = core.plane.inForce.keys.inForce(policy, identity);
    const lastLimit = core.journal.limits.of(policy.name, identity);
    const ofPolicy = policy.quota ?? (lastLimit === undefined ? undefined : policy.quotaFor(lastLimit));
    const quota: Quota | undefined = rule?.policy.quota ?? ofPolicy;
    const wide = policy.trial === undefined ? core.plane.inForce.overrideOf(policy.name) : undefined;
    const overrideId = rule?.document.id ?? wide ?? null;
    const about = {
      policy: policy.name,
      algorithm: policy.algorithm,
      mode: rule?.patch.mode ?? policy.mode,
      limit: quota?.capacity ?? null,
      limitFrom: limitFrom(overrideId, policy, lastLimit),
      overrideId,
    };
    const buckets = bucketsOf(core.runtime.registry, policy);
    return Promise.all(
      buckets.map(async (bucketId) => ({ ...about, ...(await this.inBucket(bucketId, identity, quota)) })),
    );
  }

  private async inBucket(
    bucketId: string,
    identity: string,
    quota: Quota | undefined,
  ): Promise<Omit<api.KeyInPolicy, 'policy' | 'algorithm' | 'mode' | 'limit' | 'limitFrom' | 'overrideId'>> {
    const scope = bucketId.slice(bucketId.lastIndexOf('\n') + 1);
    const nothing = { scope, used: null, remaining: null, unblocksAtMs: null, resetsAtMs: null, source: 'none' };
    if (quota === undefined) return { ...nothing, state: 'unknown' };
    const { store } = this.core.runtime.opened;
    const [verdict] = await available(Promise.resolve(store.peek([{ bucketId, identity, quota, cost: 1 }])));
    if (verdict === undefined) return { ...nothing, state: 'unknown' };
    const nowMs = Date.now();
    const at = (ticks: number): number | null => (ticks > 0 && ticks < Infinity ? nowMs + msFromTicks(ticks) : null);
    const isUnused = verdict.remaining === quota.capacity && verdict.resetTicks === 0;
    return {
      scope,
      used: quota.capacity - verdict.remaining,
      remaining: verdict.remaining,
      state: verdict.outcome !== 'allowed' ? 'blocked' : isUnused ? 'unused' : 'ok',
      unblocksAtMs: at(verdict.retryTicks),
      resetsAtMs: at(verdict.resetTicks),
      source: verdict.source ?? store.source,
    };
  }
}
