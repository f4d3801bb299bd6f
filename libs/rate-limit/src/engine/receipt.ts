import { type Decision, FoldedDecision, type PolicyDecision } from '../core/decision';
import type { Charge, Verdict } from '../core/store';

/** What a decision took of one bucket, so that it can be given back. */
export interface Receipt {
  readonly charge: Charge;
  readonly mark: number;
  /** Units not given back yet. */
  left: number;
}

/** A decision that knows what it took. Who prints, compares or serialises it sees no keys of clients. */
export class AccountedDecision extends FoldedDecision {
  #receipts: Receipt[] | undefined;
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
    return joined;
  }

  /** What a decision was asked to charge, in the order of its policies; nothing of a copy. */
  static chargesOf(decision: Decision): readonly Charge[] {
    return #charges in decision ? decision.#charges : [];
  }

  /** The receipts of a decision; none where it was not made in this process, or is a copy. */
  static receiptsOf(decision: Decision): readonly Receipt[] {
    if (!(#receipts in decision)) return [];
    decision.#receipts ??= decision.#charges.map((charge, i) => ({
      charge,
      mark: decision.#verdicts[i]?.mark ?? 0,
      left: decision.#verdicts[i]?.granted ?? 0,
    }));
    return decision.#receipts;
  }
}
