import { type AuditRecord, OPERATOR_ACTIONS } from '../control/audit-record';
import type { LabelledCount } from '../statistics/control-figures';

const OUTCOMES: readonly AuditRecord['outcome'][] = ['done', 'refused'];

/** What operators did or tried on this instance. All begin at 0, so that the first of each can be seen as a rise. */
export class ActionCounts {
  private readonly counts = OPERATOR_ACTIONS.flatMap((action) =>
    OUTCOMES.map((outcome) => ({ labels: { action, outcome }, value: 0 })),
  );

  add({ action, outcome }: Pick<AuditRecord, 'action' | 'outcome'>): void {
    const found = this.counts.find(({ labels }) => labels.action === action && labels.outcome === outcome);
    if (found !== undefined) found.value++;
  }

  get all(): readonly LabelledCount[] {
    return this.counts;
  }
}
