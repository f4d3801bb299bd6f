import type { RateLimitAdmin } from '../rate-limit-admin';
import { FewAMinute } from './few-a-minute';

const NOBODY = { id: 'unknown', name: 'unknown' };
const MOST = 20;

/** Writes refused logins down, few enough that whoever guesses cannot push everything else out of the trail. */
export class RefusedLogins {
  private readonly few = new FewAMinute(MOST);

  constructor(private readonly admin: RateLimitAdmin) {}

  /** Never rejects: that it cannot be written does not change the answer. */
  async note(address: string, requestId: string | null): Promise<void> {
    const { core } = this.admin;
    const place = this.few.next();
    if (place === 'left-out') {
      core.actions.add({ action: 'session.refused', outcome: 'refused' });
      return;
    }
    const reason = place === 'told' ? 'The token is not known.' : 'The token is not known. Further ones are not told.';
    const target = core.keys.of(`ip:${address}`).text;
    const caller = { actor: NOBODY, role: 'read', requestId } as const;
    await core
      .note(caller, { action: 'session.refused', outcome: 'refused', target, changes: [], reason })
      .catch(() => undefined);
  }
}
