import type { Policy } from '../core/policy';
import type { Quota } from '../core/quota';
import type { Charge } from '../core/store';
import { changesQuota, isSameQuota, isTrial, type PolicyPatch, quotaIfFits } from '../engine/policy-patch';
import type { Adjustment } from '../engine/runtime-control';
import type { OverrideDocument } from './documents';
import { matchesGlob } from './glob';

/** A change of a policy for some keys, compiled. */
export interface KeyRule {
  readonly document: OverrideDocument;
  readonly patch: PolicyPatch;
  /** The policy with the change. */
  readonly policy: Policy<never>;
}

interface PolicyRules {
  readonly keys: Map<string, KeyRule>;
  /** The longest pattern first. */
  readonly patterns: KeyRule[];
  readonly remembered: Map<string, KeyRule | undefined>;
}

const MOST_REMEMBERED = 10_000;

/** Changes of policies for one key or a pattern of keys, ready to be asked. */
export class KeyRules {
  private readonly policies = new Map<string, PolicyRules>();

  /** @param policyOf The policy of that name as it is in force for all of its keys, whatever routes change of it. */
  constructor(
    rules: readonly KeyRule[],
    private readonly policyOf: (name: string) => Policy<never> | undefined,
    private readonly unixMs: () => number = Date.now,
  ) {
    for (const rule of rules) {
      const { policy, target } = rule.document;
      const ofPolicy: PolicyRules = this.policies.get(policy) ?? {
        keys: new Map(),
        patterns: [],
        remembered: new Map(),
      };
      this.policies.set(policy, ofPolicy);
      if (target.kind === 'key') ofPolicy.keys.set(target.key, rule);
      else ofPolicy.patterns.push(rule);
    }
    for (const { patterns } of this.policies.values()) patterns.sort(byLength);
  }

  adjust(policy: Policy<never>, { identity, quota }: Charge): Adjustment | undefined {
    const rule = this.find(policy.name, identity);
    if (rule === undefined) return undefined;
    const { patch } = rule;
    const changed = changesQuota(patch) ? this.inPlaceOf(quota, rule.policy) : undefined;
    return policy.mode === 'enforce' && isTrial(patch)
      ? { mode: 'enforce', quota: undefined, trial: changed }
      : { mode: patch.mode ?? policy.mode, quota: changed, trial: undefined };
  }

  /** The change that holds for a key; one that is only tried out beside an enforced policy does not. */
  inForce(policy: Policy<never>, identity: string): KeyRule | undefined {
    const rule = this.find(policy.name, identity);
    return rule !== undefined && policy.mode === 'enforce' && isTrial(rule.patch) ? undefined : rule;
  }

  /** Whether a quota is what the change for a key made of the policy's. */
  hasMade(quota: Quota, policy: string, identity: string): boolean {
    const changed = this.find(policy, identity)?.policy;
    return changed !== undefined && (changed.quota ?? quotaIfFits(changed, quota.limit)) === quota;
  }

  find(policy: string, identity: string): KeyRule | undefined {
    const ofPolicy = this.policies.get(policy);
    if (ofPolicy === undefined) return undefined;
    const rule = ofPolicy.keys.get(identity) ?? this.byPattern(ofPolicy, identity);
    const expiresAtMs = rule?.document.expiresAtMs;
    return typeof expiresAtMs === 'number' && expiresAtMs <= this.unixMs() ? undefined : rule;
  }

  /** What a change makes of a quota. One that a route or a call brought stays, and so does one that does not go with it. */
  private inPlaceOf(given: Quota, changed: Policy<never>): Quota | undefined {
    const own = this.policyOf(changed.name);
    if (own === undefined || changed.algorithm !== given.algorithm) return undefined;
    const ofPolicy = own.quota ?? quotaIfFits(own, given.limit);
    if (ofPolicy === undefined || !isSameQuota(ofPolicy, given)) return undefined;
    return changed.quota ?? quotaIfFits(changed, given.limit);
  }

  private byPattern({ patterns, remembered }: PolicyRules, identity: string): KeyRule | undefined {
    if (patterns.length === 0) return undefined;
    if (remembered.has(identity)) return remembered.get(identity);
    const found = patterns.find(({ document: { target } }) =>
      target.kind === 'pattern' ? matchesGlob(target.pattern, identity) : false,
    );
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(identity, found);
    return found;
  }
}

/** Of two that are as long the newer one first: instances know documents in different orders. */
function byLength(a: KeyRule, b: KeyRule): number {
  const [one, other] = [a.document, b.document];
  return lengthOf(b) - lengthOf(a) || other.createdAtMs - one.createdAtMs || (one.id < other.id ? -1 : 1);
}

function lengthOf({ document: { target } }: KeyRule): number {
  return target.kind === 'pattern' ? target.pattern.length : 0;
}
