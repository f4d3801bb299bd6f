import { MAX_KEY_LENGTH } from '../core/identity';
import { ownText } from '../core/own-text';
import type { Charge } from '../core/store';

/** A call by code, and what it charges. */
export interface ResolvedCall {
  /** Names, in the order of the charges. */
  readonly policies: readonly string[];
  readonly charges: readonly Charge[];
}

/** The calls of the same policies. */
interface Plan {
  readonly policies: readonly string[];
  readonly charges: Map<string, readonly Charge[]>;
  /** Another one whose first policy is the same. */
  readonly next: Plan | undefined;
}

/** Calls that are remembered at most, of about 0.3 kB each with one policy. */
const MOST_CALLS = 20_000;
/** Lists of policies. Code has a handful; one that makes them up gets no faster by this. */
const MOST_PLANS = 256;

/**
 * Calls by code that say nothing but policies and a key, as nearly all do: what they charge follows from those, and is
 * worked out once for as long as the policies stay as they are.
 */
export class KnownCalls {
  private readonly plans = new Map<string, Plan>();
  private latest: Plan | undefined;
  private plansMade = 0;
  private count = 0;
  private version = 0;

  /** @param version Of the registry. With another than before, nothing is known. */
  find(target: string | readonly unknown[], key: string, version: number): ResolvedCall | undefined {
    if (version !== this.version) this.clear(version);
    const plan = this.planOf(target);
    const charges = plan?.charges.get(key);
    return plan === undefined || charges === undefined ? undefined : { policies: plan.policies, charges };
  }

  remember(key: string, { policies, charges }: ResolvedCall): void {
    if (key.length > MAX_KEY_LENGTH) return;
    if (this.count >= MOST_CALLS) this.clear(this.version);
    const plan = this.planOf(policies) ?? this.addPlan(policies);
    plan.charges.set(ownText(key), charges);
    this.count++;
  }

  private planOf(target: string | readonly unknown[]): Plan | undefined {
    if (this.latest !== undefined && isOf(this.latest, target)) return this.latest;
    let plan = this.plans.get((typeof target === 'string' ? target : target[0]) as string);
    while (plan !== undefined && !isOf(plan, target)) plan = plan.next;
    if (plan !== undefined) this.latest = plan;
    return plan;
  }

  private addPlan(policies: readonly string[]): Plan {
    if (this.plansMade >= MOST_PLANS) this.clear(this.version);
    const first = policies[0] as string;
    const plan = { policies, charges: new Map<string, readonly Charge[]>(), next: this.plans.get(first) };
    this.plans.set(first, plan);
    this.plansMade++;
    return plan;
  }

  private clear(version: number): void {
    this.plans.clear();
    this.latest = undefined;
    this.plansMade = 0;
    this.count = 0;
    this.version = version;
  }
}

function isOf({ policies }: Plan, target: string | readonly unknown[]): boolean {
  if (typeof target === 'string') return policies.length === 1 && policies[0] === target;
  if (policies.length !== target.length) return false;
  for (let i = 0; i < policies.length; i++) if (policies[i] !== target[i]) return false;
  return true;
}
