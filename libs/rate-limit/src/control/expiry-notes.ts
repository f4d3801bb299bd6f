import { systemRecord } from './audit-record';
import type { ControlPlane } from './control-plane';
import type { OverrideDocument } from './documents';
import { wordsOfPatch } from './policy-words';

/** What ended longer ago, while no instance was there, is not told any more. */
const LOOK_BACK_MS = 86_400_000;

/** Writes it down when an override ends by itself, once for all instances. */
export class ExpiryNotes {
  private lookedAtMs = 0;

  constructor(
    private readonly plane: ControlPlane,
    private readonly instance: string,
    private readonly unixMs: () => number = Date.now,
  ) {}

  /** To be called after each poll. Rejects where it cannot be written; then it is tried again. */
  async note(): Promise<void> {
    const nowMs = this.unixMs();
    const fromMs = Math.max(this.lookedAtMs, nowMs - LOOK_BACK_MS);
    for (const document of this.plane.overrides()) {
      const { expiresAtMs, removed } = document;
      if (removed || expiresAtMs === null || expiresAtMs > nowMs || expiresAtMs <= fromMs) continue;
      await this.tell(document, expiresAtMs);
    }
    this.lookedAtMs = nowMs;
  }

  private async tell({ id, version, policy, target, patch }: OverrideDocument, expiresAtMs: number): Promise<void> {
    const changes = Object.entries(wordsOfPatch(patch)).map(([field, before]) => ({ field, before, after: null }));
    const subject = target.kind === 'policy' ? policy : `${policy} for one ${target.kind}`;
    const record = systemRecord('override.expire', subject, 'Its time was over.', this.instance, expiresAtMs);
    const about = { policy, documentId: id, changes };
    await this.plane.store.noteOnce(`${id}.${String(version)}`, { ...record, ...about });
  }
}
