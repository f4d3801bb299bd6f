import { type Decision, FoldedDecision, type PolicyDecision } from '../core/decision';
import type { Charge, MaybePromise, Verdict } from '../core/store';

/** What a decision took of one bucket, so that it can be given back. */
export interface Receipt {
  readonly charge: Charge;
  readonly mark: number;
  /** Units not given back yet. */
  left: number;
}

/** A receipt of what a policy in shadow mode, or a trial, took beside a decision; `undefined` where it could not be asked. */
export type ShadowReceipt = MaybePromise<Receipt | undefined>;

/**
 * What a charge was granted, none of it given back. Of a partial grant that is the cost: by it is reckoned which part of
 * a charge units are that was made without its store.
 */
export function receiptOf(charge: Charge, verdict: Verdict | undefined): Receipt {
  const { mark = 0, granted = 0 } = verdict ?? {};
  return { charge: granted === charge.cost ? charge : { ...charge, cost: granted }, mark, left: granted };
}

/** A decision that knows what it took. Who prints, compares or serialises it sees no keys of clients. */
export class AccountedDecision extends FoldedDecision {
  #receipts: Receipt[] | undefined;
  #shadows: readonly ShadowReceipt[] | undefined;
  readonly #charges: readonly Charge[];
  readonly #verdicts: readonly Verdict[];

  constructor(policies: readonly PolicyDecision[], charges: readonly Charge[], verdicts: readonly Verdict[]) {
    super(policies);
    this.#charges = charges;
    this.#verdicts = verdicts;
  }

  /** One decision for two, which answers for what both took. */
  static join(earlier: Decision, later: Decision): Decision {
    const joined = new AccountedDecision([...earlier.policies, ...later.policies], [], []);
    joined.#receipts = [...AccountedDecision.receiptsOf(earlier), ...AccountedDecision.receiptsOf(later)];
    joined.#shadows = [...AccountedDecision.shadowsOf(earlier), ...AccountedDecision.shadowsOf(later)];
    return joined;
  }

  /** Lets a decision give back what was taken beside it as well. */
  static addShadows(decision: Decision, shadows: readonly ShadowReceipt[]): void {
    if (shadows.length > 0 && #shadows in decision) decision.#shadows = shadows;
  }

  static shadowsOf(decision: Decision): readonly ShadowReceipt[] {
    return #shadows in decision ? (decision.#shadows ?? []) : [];
  }

  /** What a decision was asked to charge, in the order of its policies; nothing of a copy. */
  static chargesOf(decision: Decision): readonly Charge[] {
    return #charges in decision ? decision.#charges : [];
  }

  /** The receipts of a decision; none where it was not made in this process, or is a copy. */
  static receiptsOf(decision: Decision): readonly Receipt[] {
    if (!(#receipts in decision)) return [];
    decision.#receipts ??= decision.#charges.map((charge, i) => receiptOf(charge, decision.#verdicts[i]));
    return decision.#receipts;
  }
}
