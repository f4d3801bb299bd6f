import { secondsFromMs } from '../../core/duration';
import type { PolicyDecision } from '../../core/decision';
import type { FieldGroup } from './field-group';
import { integerText, quotedText } from './field-values';
import { PolicySteps } from './policy-steps';

/** Behind no policy, or behind one that has no time to tell. */
const NO_TIME = -1;

/** What the fields say of a list of policies, whoever asks. */
interface ListText {
  /** `RateLimit-Policy`. */
  readonly quotas: string;
  /** What stands in `RateLimit` before the last policy's number. */
  readonly opening: string;
  /** The same behind a policy with this time, as it was last: for a second or more it stays what it is. */
  afterSeconds: number;
  openingAfter: string;
}

/**
 * draft-ietf-httpapi-ratelimit-headers-11. Both fields list every policy, in the order in which they were asked:
 *
 *     RateLimit-Policy: "default";q=200;w=60,"burst";q=60;w=3
 *     RateLimit: "default";r=199;t=60,"burst";r=0;t=1
 *
 * `q` and `w` are the quota and its window; within `t` seconds a client can use no more than the `r` units it has left.
 */
export const draft11Fields: FieldGroup = {
  fields: ['RateLimit-Policy', 'RateLimit'],
  compile() {
    const steps = new PolicySteps(textOf('', ''), ({ quotas }, { policy, limit, windowSeconds }) => {
      const name = `${quotas === '' ? '' : ','}${quotedText(policy)}`;
      const window = windowSeconds === undefined ? '' : `;w=${integerText(windowSeconds)}`;
      return textOf(`${quotas}${name};q=${integerText(limit)}${window}`, `${name};r=`);
    });
    return ({ policies }, set) => {
      let list = steps.start();
      let available = '';
      let seconds = NO_TIME;
      for (const policy of policies) {
        list = steps.follow(list, policy);
        available += openingAfter(list.text, seconds) + integerText(policy.remaining);
        seconds = secondsOf(policy);
      }
      set('RateLimit-Policy', list.text.quotas);
      set('RateLimit', available + timeOf(seconds));
    };
  },
};

function textOf(quotas: string, opening: string): ListText {
  return { quotas, opening, afterSeconds: NO_TIME, openingAfter: opening };
}

function openingAfter(text: ListText, seconds: number): string {
  if (text.afterSeconds !== seconds) {
    text.afterSeconds = seconds;
    text.openingAfter = timeOf(seconds) + text.opening;
  }
  return text.openingAfter;
}

/** A full bucket, and one that never admits anything, have no time to tell. */
function secondsOf({ nextUnitAfterMs }: PolicyDecision): number {
  return nextUnitAfterMs > 0 && nextUnitAfterMs < Infinity ? secondsFromMs(nextUnitAfterMs) : NO_TIME;
}

function timeOf(seconds: number): string {
  return seconds === NO_TIME ? '' : `;t=${integerText(seconds)}`;
}
