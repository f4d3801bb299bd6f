import { Problems } from '../core/problems';
import type { PolicyPatch } from '../engine/policy-patch';
import type { PolicyRegistry } from '../engine/policy-registry';
import { type ControlDocument, isInForce, type OverrideDocument } from './documents';
import { type KeyRule, KeyRules } from './key-rules';
import { ListRules } from './list-rules';

/** Makes what operators decided hold in this process. */
export class InForce {
  /** Why an override does not hold here, by its id. */
  readonly problems = new Map<string, string>();
  /** Decisions of each list entry since this process started. */
  readonly hits = new Map<string, number>();
  lists: ListRules;
  keys: KeyRules;
  private readonly policies = new Map<string, string>();
  private documents: readonly ControlDocument[] = [];
  private signature = '';
  private generation = 0;
  /** Policies that are to be changed for all of their keys, whether they are here or not. */
  private wanted: readonly string[] = [];

  constructor(
    private readonly registry: PolicyRegistry<never>,
    private readonly unixMs: () => number,
  ) {
    this.lists = new ListRules([]);
    this.keys = this.keyRules([]);
    registry.onAdded = () => {
      this.apply(this.documents);
    };
  }

  /** To be called with every document that is known, whenever one changed or time went by. */
  apply(documents: readonly ControlDocument[]): void {
    this.documents = documents;
    const nowMs = this.unixMs();
    const inForce = documents.filter((document) => isInForce(document, nowMs));
    const signature = inForce.map(({ id, version }) => `${id}.${String(version)}`).join(' ');
    // Code may have added, removed or replaced a policy meanwhile, or a route may have come that writes one.
    if (signature === this.signature && this.registry.generation === this.generation) return;
    this.signature = signature;
    this.problems.clear();
    const overrides = inForce.filter((document) => document.kind === 'override');
    this.applyToPolicies(overrides.filter(({ target }) => target.kind === 'policy'));
    this.generation = this.registry.generation;
    const rules = overrides.filter(({ target }) => target.kind !== 'policy').flatMap((found) => this.keyRule(found));
    const entries = inForce.filter((document) => document.kind === 'entry');
    const known = new Set(documents.map(({ id }) => id));
    for (const id of this.hits.keys()) if (!known.has(id)) this.hits.delete(id);
    const count = (id: string): void => {
      this.hits.set(id, (this.hits.get(id) ?? 0) + 1);
    };
    this.lists = new ListRules(entries, count, this.unixMs);
    this.keys = this.keyRules(rules);
    const { lists, keys } = this;
    this.registry.control.rules =
      rules.length === 0 && entries.length === 0
        ? undefined
        : {
            judge: (address, identities) => lists.judge(address, identities),
            adjust: (policy, charge) => keys.adjust(policy, charge),
          };
  }

  /** The newest override of a policy that is in force for all of its keys. */
  overrideOf(policy: string): string | undefined {
    return this.policies.get(policy)?.split('\n')[0];
  }

  private applyToPolicies(overrides: readonly OverrideDocument[]): void {
    const wanted = new Map<string, OverrideDocument>();
    for (const override of overrides) {
      const other = wanted.get(override.policy);
      if (other === undefined || other.createdAtMs <= override.createdAtMs) wanted.set(override.policy, override);
    }
    for (const policy of this.wanted) {
      if (wanted.has(policy)) continue;
      this.policies.delete(policy);
      this.registry.override(policy, undefined);
    }
    this.wanted = [...wanted.keys()];
    for (const [policy, { id, patch }] of wanted) {
      const text = `${id}\n${JSON.stringify(patch)}`;
      if (this.policies.get(policy) === text && this.registry.isOverridden(policy)) continue;
      const problems = this.registry.override(policy, patch);
      if (problems.length === 0) this.policies.set(policy, text);
      else this.problems.set(id, problems.map(({ path, problem }) => `${path} ${problem}`).join(' '));
      // Of an override that is no longer possible, the one before it stays in force, where there still is one.
      if (!this.registry.isOverridden(policy)) this.policies.delete(policy);
    }
  }

  private keyRules(rules: readonly KeyRule[]): KeyRules {
    return new KeyRules(rules, (name) => this.registry.inForceForAll(name), this.unixMs);
  }

  private keyRule(document: OverrideDocument): readonly KeyRule[] {
    const compiled = compilePatch(this.registry, document.policy, document.patch);
    if (typeof compiled === 'string') {
      this.problems.set(document.id, compiled);
      return [];
    }
    return [{ document, patch: document.patch, policy: compiled }];
  }
}

/** A policy as it is in force, with a patch on top; or why that cannot be. */
export function compilePatch(
  registry: PolicyRegistry<never>,
  name: string,
  patch: PolicyPatch,
): KeyRule['policy'] | string {
  const code = registry.optionsOf(name) ?? registry.known().find((known) => known.name === name)?.code;
  if (code === undefined) return `There is no policy "${name}" here.`;
  const problems = new Problems();
  const compiled = registry.compile(name, 'patch', { ...code, ...patch }, problems);
  return compiled ?? problems.found.map(({ path, problem, remedy }) => `${path} ${problem} ${remedy}`).join(' ');
}
