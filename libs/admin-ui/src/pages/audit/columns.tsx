import type { AuditAction, AuditEntry } from '../../../../rate-limit/src/admin/api';
import { Badge } from '../../components/badges';
import { Changes } from '../../components/changes';
import type { Column } from '../../components/table';
import { t } from '../../i18n';
import { dateTime, keyText } from '../../lib/format';
import { hrefOf } from '../../lib/router';

export const ACTIONS: readonly AuditAction[] = [
  'override.create',
  'override.change',
  'override.rollback',
  'override.remove',
  'override.expire',
  'entry.create',
  'entry.change',
  'entry.remove',
  'key.reset',
  'recording.change',
  'session.login',
  'session.refused',
  'control.restored',
];

export function auditColumns(): readonly Column<AuditEntry>[] {
  return [
    {
      id: 'at',
      header: t('column.at'),
      tight: true,
      head: true,
      cell: ({ id, atMs }) => (
        <a className="num" href={hrefOf(['audit', id])}>
          {dateTime(atMs)}
        </a>
      ),
    },
    { id: 'actor', header: t('column.by'), cell: ({ actor }) => actor.name },
    {
      id: 'action',
      header: t('column.action'),
      cell: ({ action, outcome }) => (
        <span>
          {t(`audit.${action}`)} {outcome === 'refused' ? <Badge tone="bad">{t('audit.refused')}</Badge> : null}
        </span>
      ),
    },
    {
      id: 'target',
      header: t('column.target'),
      cell: ({ target }) => <span className="break">{keyText(target)}</span>,
    },
    { id: 'changes', header: t('column.change'), cell: ({ changes }) => <Changes of={changes} /> },
    { id: 'reason', header: t('reason.label'), cell: ({ reason }) => <span className="break">{reason}</span> },
  ];
}
