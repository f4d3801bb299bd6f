import type { PolicyDecision } from '../../core/decision';

/** What is known of a list of policies up to one of them. */
export interface PolicyStep<Text> {
  readonly text: Text;
  readonly limit: number;
  readonly windowSeconds: number | undefined;
  /** The same policy in the same place with another limit or window: limits may depend on the request. */
  readonly variant: PolicyStep<Text> | undefined;
  /** The ways to go on from here, by the name of the next policy. */
  readonly next: Map<string, PolicyStep<Text>>;
}

/** Lists of policies that are kept, with every part of them; a few hundred bytes each. */
const MAX_STEPS = 4_096;

/**
 * Remembers the constant text of lists of policies. A list is a path in a tree with a step for each policy, so that the
 * text of the whole list is found with one look-up a policy, and no text is joined again.
 */
export class PolicySteps<Text> {
  private root: PolicyStep<Text>;
  private size = 0;

  /** `extend` makes the text of a list from the text of the list without its last policy. */
  constructor(
    private readonly empty: Text,
    private readonly extend: (before: Text, policy: PolicyDecision) => Text,
  ) {
    this.root = this.plant();
  }

  /** The empty list. */
  start(): PolicyStep<Text> {
    if (this.size >= MAX_STEPS) this.root = this.plant();
    return this.root;
  }

  /** The list that goes on with a policy. */
  follow(step: PolicyStep<Text>, policy: PolicyDecision): PolicyStep<Text> {
    const known = step.next.get(policy.policy);
    for (let found = known; found !== undefined; found = found.variant) {
      if (found.limit === policy.limit && found.windowSeconds === policy.windowSeconds) return found;
    }
    const { limit, windowSeconds } = policy;
    const added = { text: this.extend(step.text, policy), limit, windowSeconds, variant: known, next: new Map() };
    step.next.set(policy.policy, added);
    this.size += 1;
    return added;
  }

  private plant(): PolicyStep<Text> {
    this.size = 0;
    return { text: this.empty, limit: 0, windowSeconds: undefined, variant: undefined, next: new Map() };
  }
}
