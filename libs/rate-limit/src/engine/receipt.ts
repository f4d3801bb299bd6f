import type { Decision } from '../core/decision';
import type { Charge, Verdict } from '../core/store';

/** What a decision took, so that it can be given back. */
export interface Receipt {
  readonly charge: Charge;
  readonly mark: number;
  /** Units not given back yet. */
  left: number;
}

const RECEIPTS = Symbol('receipts');

interface WithReceipts {
  [RECEIPTS]?: { readonly charges: readonly Charge[]; readonly verdicts: readonly Verdict[]; receipts?: Receipt[] };
}

/** Ties what was charged to its decision, out of sight of whoever prints or serialises it. */
export function keepReceipt(decision: Decision, charges: readonly Charge[], verdicts: readonly Verdict[]): Decision {
  (decision as WithReceipts)[RECEIPTS] = { charges, verdicts };
  return decision;
}

/** The receipts of a decision; none where it was not made in this process, or comes from JSON. */
export function receiptsOf(decision: Decision): Receipt[] {
  const kept = (decision as WithReceipts)[RECEIPTS];
  if (kept === undefined) return [];
  kept.receipts ??= kept.charges.map((charge, i) => ({
    charge,
    mark: kept.verdicts[i]?.mark ?? 0,
    left: kept.verdicts[i]?.granted ?? 0,
  }));
  return kept.receipts;
}
