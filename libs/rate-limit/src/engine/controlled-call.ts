import type { Policy } from '../core/policy';
import type { Charge } from '../core/store';
import { bannedDecision } from './listed-decision';
import type { AccountedDecision } from './receipt';
import type { ControlRules } from './runtime-control';
import { type ShadowCharge, trialCharge } from './shadow-charges';

/** What is left of a call after lists, modes and changes for its keys. */
export interface ControlledCall {
  /** Then `charges` has the one that it is told of. */
  readonly banned: AccountedDecision | undefined;
  /** Those that are enforced, and where in the call each one stood. */
  readonly charges: readonly Charge[];
  readonly indexes: readonly number[];
  readonly shadows: readonly ShadowCharge[];
  /** Limits that are tried out beside some of those that are enforced. */
  readonly trials: readonly ShadowCharge[];
}

const NOTHING: ControlledCall = { banned: undefined, charges: [], indexes: [], shadows: [], trials: [] };

/** Applies lists, modes and changes for keys to a call. Only for calls that any of them may concern. */
export function controlled(
  rules: ControlRules | undefined,
  uses: readonly { readonly policy: Policy<never> }[],
  all: readonly Charge[],
  address: () => string | undefined,
): ControlledCall {
  const verdict = rules?.judge(
    address,
    all.map(({ identity }) => identity),
  );
  if (verdict?.list === 'allow') return NOTHING;
  if (verdict !== undefined) {
    // It is told of the policy whose key is banned, else of the first.
    const index = Math.max(
      0,
      all.findIndex(({ identity }) => identity === verdict.identity),
    );
    const charge = all[index] as Charge;
    const banned = bannedDecision(verdict, (uses[index] as { readonly policy: Policy<never> }).policy.name, charge);
    return { ...NOTHING, banned, charges: [charge] };
  }
  const charges: Charge[] = [];
  const indexes: number[] = [];
  const shadows: ShadowCharge[] = [];
  const trials: ShadowCharge[] = [];
  for (const [index, given] of all.entries()) {
    const { policy } = uses[index] as { readonly policy: Policy<never> };
    const adjustment = rules?.adjust(policy, given);
    const charge = adjustment?.quota === undefined ? given : { ...given, quota: adjustment.quota };
    const mode = adjustment?.mode ?? policy.mode;
    if (mode === 'enforce') {
      const trial = trialCharge(policy, charge, adjustment);
      if (trial !== undefined) trials.push({ policy: policy.name, charge: trial, beside: charges.length });
      charges.push(charge);
      indexes.push(index);
    } else if (mode === 'shadow') {
      shadows.push({ policy: policy.name, charge });
    }
  }
  return { banned: undefined, charges, indexes, shadows, trials };
}
