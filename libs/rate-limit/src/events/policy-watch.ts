import type { PolicyChangedEvent } from './rate-limit-event';

type Change = Pick<PolicyChangedEvent, 'policy' | 'change'>;

/** Finds out which policies changed, by a text of each. The first look only remembers. */
export class PolicyWatch {
  private known: ReadonlyMap<string, string> | undefined;

  look(policies: ReadonlyMap<string, string>): readonly Change[] {
    const { known } = this;
    this.known = policies;
    if (known === undefined) return [];
    const changes: Change[] = [];
    for (const [policy, text] of policies) {
      const before = known.get(policy);
      if (before !== text) changes.push({ policy, change: before === undefined ? 'added' : 'changed' });
    }
    for (const policy of known.keys()) if (!policies.has(policy)) changes.push({ policy, change: 'removed' });
    return changes;
  }
}
