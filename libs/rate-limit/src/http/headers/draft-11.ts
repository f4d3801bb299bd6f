import { secondsFromMs } from '../../core/duration';
import type { FieldGroup } from './field-group';
import { integerText, quotedText } from './field-values';
import { PolicySteps } from './policy-steps';

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
    // Of each list: RateLimit-Policy, and what comes before the last policy's number in RateLimit.
    const steps = new PolicySteps({ quotas: '', opening: '' }, ({ quotas }, { policy, limit, windowSeconds }) => {
      const name = `${quotas === '' ? '' : ','}${quotedText(policy)}`;
      const window = windowSeconds === undefined ? '' : `;w=${integerText(windowSeconds)}`;
      return { quotas: `${quotas}${name};q=${integerText(limit)}${window}`, opening: `${name};r=` };
    });
    return ({ policies }, set) => {
      let list = steps.start();
      let available = '';
      for (const policy of policies) {
        list = steps.follow(list, policy);
        available += list.text.opening + integerText(policy.remaining);
        const { nextUnitAfterMs } = policy;
        // 0 is a full bucket, Infinity one that never admits anything: neither has a time to tell.
        if (nextUnitAfterMs > 0 && nextUnitAfterMs < Infinity) {
          available += `;t=${integerText(secondsFromMs(nextUnitAfterMs))}`;
        }
      }
      set('RateLimit-Policy', list.text.quotas);
      set('RateLimit', available);
    };
  },
};
