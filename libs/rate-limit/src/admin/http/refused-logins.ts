import type { RateLimitAdmin } from '../rate-limit-admin';

const NOBODY = { id: 'unknown', name: 'unknown' };
const MOST = 20;
const SPAN_MS = 60_000;

/** Writes refused logins down, few enough that whoever guesses cannot push everything else out of the trail. */
export class RefusedLogins {
  private count = 0;
  private endsMs = 0;

  constructor(
    private readonly admin: RateLimitAdmin,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Never rejects: that it cannot be written does not change the answer. */
  async note(address: string, requestId: string | null): Promise<void> {
    const nowMs = this.nowMs();
    if (nowMs >= this.endsMs) {
      this.count = 0;
      this.endsMs = nowMs + SPAN_MS;
    }
    const { core } = this.admin;
    if (++this.count > MOST) {
      core.actions.add({ action: 'session.refused', outcome: 'refused' });
      return;
    }
    const reason = this.count < MOST ? 'The token is not known.' : 'The token is not known. Further ones are not told.';
    const target = core.keys.of(`ip:${address}`).text;
    const caller = { actor: NOBODY, role: 'read', requestId } as const;
    await core
      .note(caller, { action: 'session.refused', outcome: 'refused', target, changes: [], reason })
      .catch(() => undefined);
  }
}
