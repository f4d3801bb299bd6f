import type { Override, OverrideScopeView } from '../../../../rate-limit/src/admin/api';
import { AppliedOn, Badge, OverrideState } from '../../components/badges';
import { PolicyLink } from '../../components/key-link';
import { Table, type Column } from '../../components/table';
import { Expires, Moment } from '../../components/time';
import { t } from '../../i18n';
import { keyText } from '../../lib/format';
import { patchText } from '../../lib/limit-text';
import { hrefOf } from '../../lib/router';

export function scopeText(scope: OverrideScopeView): string {
  if (scope.kind === 'key') return keyText(scope.key.text);
  return scope.kind === 'pattern' ? keyText(scope.pattern) : t('scope.everyone');
}

export const isOver = ({ state }: Override): boolean => state === 'expired' || state === 'removed';

function columns(): readonly Column<Override>[] {
  return [
    {
      id: 'change',
      header: t('column.change'),
      head: true,
      cell: (override) => <a href={hrefOf(['overrides', override.id])}>{patchText(override.patch)}</a>,
    },
    {
      id: 'policy',
      header: t('column.policy'),
      by: ({ policy }) => policy,
      cell: ({ policy }) => <PolicyLink name={policy} />,
    },
    { id: 'scope', header: t('column.whom'), cell: ({ scope }) => <span className="break">{scopeText(scope)}</span> },
    {
      id: 'state',
      header: t('column.state'),
      by: ({ state }) => state,
      cell: (override) => (
        <>
          <OverrideState override={override} />{' '}
          {override.codeChanged.length > 0 ? <Badge tone="warn">{t('override.codeChanged')}</Badge> : null}
          {override.unheardIn.length > 0 ? <Badge tone="warn">{t('override.unheard')}</Badge> : null}
        </>
      ),
    },
    {
      id: 'expires',
      header: t('column.ends'),
      by: ({ expiresAtMs }) => expiresAtMs ?? Infinity,
      cell: (override) =>
        isOver(override) ? <Moment atMs={override.changedAtMs} /> : <Expires atMs={override.expiresAtMs} />,
    },
    {
      id: 'applied',
      header: t('column.applied'),
      cell: (override) => (isOver(override) ? '–' : <AppliedOn applied={override.applied} />),
    },
    {
      id: 'by',
      header: t('column.by'),
      by: ({ changedBy }) => changedBy.name,
      cell: ({ changedBy }) => changedBy.name,
    },
    { id: 'reason', header: t('reason.label'), cell: ({ reason }) => <span className="break">{reason}</span> },
  ];
}

export const OverrideTable = ({ overrides }: { readonly overrides: readonly Override[] }) => (
  <Table caption={t('page.overrides')} columns={columns()} rows={overrides} rowKey={({ id }) => id} />
);
