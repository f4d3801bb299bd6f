import { trialBucketId } from '../engine/bucket-id';
import { denialsBucket } from '../control/escalation';
import { isInForce } from '../control/documents';
import { isSampled, RECENT_ONE_IN } from '../control/recent-decisions';
import { AdminError } from './admin-error';
import { type AdminCore, available } from './admin-core';
import type * as api from './api';
import type { Caller } from './caller';
import { KeyStates } from './key-states';
import type { ListsAdmin } from './lists-admin';
import { bucketsOf } from './policy-buckets';
import { overrideView } from './override-views';

const MOST_LISTED = 1_000;
/** As many as a reset takes. */
const MOST_TOLD = 100;

type KeyReset = api.ResetResult['results'][number];
type Known = api.KeyList['keys'][number]['known'][number];

/** Looks at single keys, and lets them go. */
export class KeysAdmin {
  private readonly states: KeyStates;

  constructor(
    private readonly core: AdminCore,
    private readonly lists: ListsAdmin,
  ) {
    this.states = new KeyStates(core);
  }

  /** One key over all policies that may count it. */
  async inspect(text: string): Promise<api.KeyInspection> {
    const { core } = this;
    const identity = core.identityOf('key', text);
    const nowMs = Date.now();
    const { inForce } = core.plane;
    const entries = inForce.lists.concerning(undefined, [identity], nowMs);
    const isLetPass = entries[0]?.list === 'allow';
    const policies = await Promise.all(
      this.states.policiesOf(identity).map(async (policy) => this.states.inPolicy(policy, identity, isLetPass)),
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
    const { core } = this;
    core.demand(caller, 'operate');
    const { policy } = input;
    const isKnown = policy === undefined || core.runtime.registry.known().some(({ name }) => name === policy);
    if (!isKnown) throw AdminError.invalid('policy', 'There is no such policy.');
    // All of them before the first is let go: a request that is refused has changed nothing.
    const identities = input.keys.map((text, i) => core.identityOf(`keys.${String(i)}`, text));
    const results: KeyReset[] = [];
    let failure: AdminError | undefined;
    for (const identity of identities) {
      try {
        results.push(await this.resetOne(identity, input, caller));
      } catch (error) {
        if (!(error instanceof AdminError)) throw error;
        failure = error;
        results.push({ key: core.keys.of(identity, policy), policies: [], problem: error.message });
      }
    }
    // Where some were let go, each says for itself what became of it.
    if (failure !== undefined && results.every(({ problem }) => problem !== null)) throw failure;
    return { results };
  }

  /** The keys of a reset that was refused, without those that cannot be read. */
  attempted(keys: readonly (string | undefined)[], policy: string | null): string {
    const read = (text = ''): string => {
      try {
        return this.core.keys.of(this.core.identityOf('keys', text), policy ?? undefined).text;
      } catch (error) {
        if (error instanceof AdminError) return '';
        throw error;
      }
    };
    return keys.slice(0, MOST_TOLD).map(read).filter(Boolean).join(', ');
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
      (view) => (policy === undefined || view.policy === policy) && beginsWith(view.key.text, search),
    );
    return { atMs, blocked: wanted, count, atLeast: count > records.length };
  }

  /** Keys that are known by name because they stand out. */
  async search({ search = '' }: api.KeySearchQuery = {}): Promise<api.KeyList> {
    const found = new Map<string, { policies: Set<string>; known: Set<Known> }>();
    const add = (identity: string, policy: string | undefined, why: Known): void => {
      const entry = found.get(identity) ?? { policies: new Set(), known: new Set() };
      if (policy !== undefined) entry.policies.add(policy);
      entry.known.add(why);
      found.set(identity, entry);
    };
    const nowMs = Date.now();
    // Whom this instance refused a moment ago, it tells of then.
    await this.core.plane.poll();
    for (const { identity, policy } of (await available(this.core.plane.store.blocked(nowMs, MOST_LISTED))).records) {
      add(identity, policy, 'blocked');
    }
    // Documents are kept for a while when they were removed or are over.
    for (const document of this.core.plane.documents()) {
      if (document.kind === 'recording' || document.target.kind !== 'key' || !isInForce(document, nowMs)) continue;
      if (document.kind === 'entry') add(document.target.key, undefined, 'listed');
      else add(document.target.key, document.policy, 'overridden');
    }
    const keys = [...found].map(([identity, { policies, known }]) => ({
      key: this.core.keys.of(identity),
      policies: [...policies],
      known: [...known],
    }));
    return { keys: keys.filter(({ key }) => beginsWith(key.text, search)).slice(0, 200), complete: false };
  }

  private async resetOne(identity: string, { policy, reason }: api.ResetRequest, caller: Caller): Promise<KeyReset> {
    const { core } = this;
    const wanted = this.states.policiesOf(identity).filter(({ name }) => policy === undefined || name === policy);
    const states = (
      await Promise.all(wanted.map(async (found) => this.states.inPolicy(found, identity, false)))
    ).flat();
    const isUsed = ({ state }: api.KeyInPolicy): boolean => state === 'ok' || state === 'blocked';
    const used = new Set(states.filter(isUsed).map((found) => found.policy));
    const { store } = core.runtime.opened;
    for (const found of wanted) {
      const { registry } = core.runtime;
      const buckets = bucketsOf(registry, found.name);
      const trials = registry.isTried(found.name) ? buckets.map(trialBucketId) : [];
      for (const bucketId of [...buckets, ...trials]) {
        await available(Promise.resolve(store.reset(bucketId, identity)));
      }
      await available(Promise.resolve(store.reset(denialsBucket(found.name), identity)));
      core.journal.blocked.letGo(found.name, identity);
      core.runtime.operations.statistics.letGo(found.name, identity);
      await available(core.plane.store.unblock([{ policy: found.name, identity }]));
    }
    for (const entry of core.plane.inForce.lists.concerning(undefined, [identity], Date.now())) {
      if (entry.origin !== 'escalation' || (policy !== undefined && entry.policy !== policy)) continue;
      await this.lists.remove(entry.id, entry.version, reason, caller);
    }
    const key = core.keys.of(identity, policy);
    await core.note(caller, { action: 'key.reset', target: key.text, policy: policy ?? null, changes: [], reason });
    return { key, policies: [...used], problem: null };
  }
}

/** With its kind, or without: an address is typed as it stands in a log. */
function beginsWith(text: string, search: string): boolean {
  return text.startsWith(search) || text.slice(text.indexOf(':') + 1).startsWith(search);
}
