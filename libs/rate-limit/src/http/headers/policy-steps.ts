import type { PolicyDecision } from '../../core/decision';

/** What is known of a list of policies up to one of them. */
export interface PolicyStep<Text> {
  readonly text: Text;
  readonly policy: string;
  readonly limit: number;
  readonly windowSeconds: number | undefined;
  /** The same policy in the same place with another limit or window: limits may depend on the request. */
  readonly variant: PolicyStep<Text> | undefined;
  /** The ways to go on from here, by the name of the next policy; and the one that was gone last. */
  readonly next: Map<string, PolicyStep<Text>>;
  latest: PolicyStep<Text> | undefined;
}

/** Lists of policies that are kept, with every part of them; a few hundred bytes each. */
const MAX_STEPS = 4_096;

/**
 * Remembers the constant text of lists of policies. A list is a path in a tree with a step for each policy, so that the
 * text of the whole list is found with a comparison or a look-up for each policy, and no text is joined again.
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
    const { latest } = step;
    if (latest !== undefined && isOf(latest, policy)) return latest;
    return (step.latest = this.find(step, policy) ?? this.add(step, policy));
  }

  private find(step: PolicyStep<Text>, policy: PolicyDecision): PolicyStep<Text> | undefined {
    let found = step.next.get(policy.policy);
    while (found !== undefined && !isOf(found, policy)) found = found.variant;
    return found;
  }

  private add(step: PolicyStep<Text>, decided: PolicyDecision): PolicyStep<Text> {
    const { policy, limit, windowSeconds } = decided;
    const text = this.extend(step.text, decided);
    const variant = step.next.get(policy);
    const added = { text, policy, limit, windowSeconds, variant, next: new Map(), latest: undefined };
    step.next.set(policy, added);
    this.size += 1;
    return added;
  }

  private plant(): PolicyStep<Text> {
    this.size = 0;
    const [text, next] = [this.empty, new Map<string, PolicyStep<Text>>()];
    return { text, policy: '', limit: 0, windowSeconds: undefined, variant: undefined, next, latest: undefined };
  }
}

function isOf(step: PolicyStep<unknown>, { policy, limit, windowSeconds }: PolicyDecision): boolean {
  return step.policy === policy && step.limit === limit && step.windowSeconds === windowSeconds;
}
