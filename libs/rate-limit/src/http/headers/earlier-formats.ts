import type { Decision } from '../../core/decision';
import { secondsFromMs } from '../../core/duration';
import { retryAfterSeconds } from '../retry-after';
import type { FieldGroup } from './field-group';
import { integerText } from './field-values';
import { PolicySteps } from './policy-steps';

/**
 * Drafts 6 and 7 list quotas by their number alone: `RateLimit-Policy: 200;w=60, 60;w=3`. A window is required there,
 * and no two may have the same number; policies that cannot be told so are left out.
 */
export const numberedPolicies: FieldGroup = {
  fields: ['RateLimit-Policy'],
  compile() {
    const steps = new PolicySteps('', (before, { limit, windowSeconds }) => {
      const quota = `${integerText(limit)};w=`;
      if (windowSeconds === undefined || ` ${before}`.includes(` ${quota}`)) return before;
      return `${before}${before === '' ? '' : ', '}${quota}${integerText(windowSeconds)}`;
    });
    return ({ policies }, set) => {
      let list = steps.start();
      for (const policy of policies) list = steps.follow(list, policy);
      if (list.text !== '') set('RateLimit-Policy', list.text);
    };
  },
};

/** Draft 7, of the strictest policy: `RateLimit: limit=200, remaining=199, reset=60`. */
export const combinedLimit: FieldGroup = {
  fields: ['RateLimit'],
  compile: () => (decision, set) => {
    const { limit, remaining } = decision;
    const reset = resetText(decision);
    if (reset === undefined) return;
    set('RateLimit', `limit=${integerText(limit)}, remaining=${integerText(remaining)}, reset=${reset}`);
  },
};

/** Three fields of the strictest policy: of draft 6 with the prefix `RateLimit`, of older servers with `X-RateLimit`. */
export function separateLimit(prefix: string): FieldGroup {
  const [limitField, remainingField, resetField] = [`${prefix}-Limit`, `${prefix}-Remaining`, `${prefix}-Reset`];
  return {
    fields: [limitField, remainingField, resetField],
    compile: () => (decision, set) => {
      const reset = resetText(decision);
      if (reset === undefined) return;
      set(limitField, integerText(decision.limit));
      set(remainingField, integerText(decision.remaining));
      set(resetField, reset);
    },
  };
}

/**
 * Seconds until nothing is in use any more; of a refusal, the same as `Retry-After`, as the drafts ask. Always a length
 * of time, never a date: it needs no clock in common. `undefined` of a ban without an end and of a limit of 0, which
 * never admits anything: the drafts have no word for never, and where a limit is told its reset has to be, so that
 * nothing of it is told. A reset of 0 would have the client come again at once.
 */
function resetText(decision: Decision): string | undefined {
  if (decision.limit === 0) return undefined;
  const seconds = retryAfterSeconds(decision) ?? secondsFromMs(decision.resetAfterMs);
  return seconds < Infinity ? integerText(seconds) : undefined;
}
