import type { ThrottlePlan, ThrottleTerms } from '../stores/redis/throttle-wire';
import { checkedTerms } from './throttle-hit';

/** A name with more limits than these is one whose limits are worked out for each request. */
const MOST_OF_A_NAME = 16;

interface Known {
  /** As they were given. */
  readonly terms: ThrottleTerms;
  readonly plan: ThrottlePlan;
}

/** Plans that hits were asked with, to be found again: what is sent and checked once need not be for every hit. */
export class ThrottlePlans {
  private readonly ofLists = new WeakMap<readonly ThrottleTerms[], ThrottlePlan>();
  private readonly ofNames = new Map<string, Known[]>();

  /** For throttlers that each have a window and block of their own. A list that is kept is looked at once. */
  forList(list: readonly ThrottleTerms[]): ThrottlePlan {
    const known = this.ofLists.get(list);
    if (known !== undefined) return known;
    const plan: ThrottlePlan = { isShared: false, hits: list.map(checkedTerms) };
    this.ofLists.set(list, plan);
    return plan;
  }

  /** For one hit, whose throttler shares the window and block of its key. */
  forHit(hit: ThrottleTerms): ThrottlePlan {
    const known = this.ofNames.get(hit.throttlerName) ?? [];
    for (const { terms, plan } of known) {
      if (terms.limit === hit.limit && terms.ttl === hit.ttl && terms.blockDuration === hit.blockDuration) return plan;
    }
    const plan: ThrottlePlan = { isShared: true, hits: [checkedTerms(hit)] };
    known.push({ terms: hit, plan });
    if (known.length > MOST_OF_A_NAME) known.shift();
    this.ofNames.set(hit.throttlerName, known);
    return plan;
  }
}
