import type { AuditedAction } from '../../control/audit-record';
import type { Caller } from '../caller';
import type { RateLimitAdmin } from '../rate-limit-admin';
import type { Attempt } from './attempt-of';
import { FewAMinute } from './few-a-minute';

/** Of all callers together: with guards of the app everybody who may read has a name of their own. */
const MOST = 10;
/** As long as a reason may be. Who is refused has written both texts, or parts of them. */
const LONGEST_TEXT = 500;
const LAST = ' Further ones of this minute are not told.';

/** Writes down what was tried and refused, few enough that a role that may only read cannot empty the trail by it. */
export class RefusedAttempts {
  private readonly few = new FewAMinute(MOST);

  constructor(private readonly admin: RateLimitAdmin) {}

  /** Never rejects: that it cannot be written does not change the answer. */
  async note(action: AuditedAction, { target, policy }: Attempt, why: string, caller: Caller): Promise<void> {
    const { core } = this.admin;
    const place = this.few.next();
    if (place === 'left-out') {
      core.actions.add({ action, outcome: 'refused' });
      return;
    }
    const end = place === 'last' ? LAST : '';
    const reason = cut(why, LONGEST_TEXT - end.length) + end;
    await core
      .note(caller, { action, outcome: 'refused', target: cut(target, LONGEST_TEXT), policy, changes: [], reason })
      .catch(() => undefined);
  }
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
