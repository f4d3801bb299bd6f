import { useState } from 'react';
import type { OverrideDetail, OverrideRevision } from '../../../../rate-limit/src/admin/api';
import { RollbackDialog } from '../../actions/override/rollback-dialog';
import { Badge } from '../../components/badges';
import { Panel } from '../../components/panel';
import { Table } from '../../components/table';
import { Expires, Moment } from '../../components/time';
import { t } from '../../i18n';
import { patchText } from '../../lib/limit-text';
import { ActButton } from '../../session/act-button';

/** What the override said before, and the way back to it. */
export function Revisions({ override }: { readonly override: OverrideDetail }) {
  const [chosen, setChosen] = useState<OverrideRevision | null>(null);
  return (
    <Panel title={t('revisions.title')} flush>
      <Table
        caption={t('revisions.title')}
        rows={override.revisions}
        rowKey={({ version }) => String(version)}
        columns={[
          {
            id: 'version',
            header: t('revisions.version'),
            head: true,
            cell: ({ version }) => (
              <>
                <span className="num">{version}</span>{' '}
                {version === override.version ? <Badge tone="accent">{t('revisions.current')}</Badge> : null}
              </>
            ),
          },
          { id: 'change', header: t('column.change'), cell: ({ patch }) => patchText(patch) },
          {
            id: 'kind',
            header: t('revisions.kind'),
            cell: ({ change, rolledBackTo }) => t(`revision.${change}`, { n: rolledBackTo ?? '' }),
          },
          {
            id: 'expires',
            header: t('column.ends'),
            cell: ({ change, expiresAtMs }) => (change === 'removed' ? '–' : <Expires atMs={expiresAtMs} />),
          },
          { id: 'by', header: t('column.by'), cell: ({ actor }) => actor.name },
          { id: 'at', header: t('column.at'), cell: ({ atMs }) => <Moment atMs={atMs} /> },
          { id: 'reason', header: t('reason.label'), cell: ({ reason }) => <span className="break">{reason}</span> },
          {
            id: 'actions',
            header: '',
            tight: true,
            cell: (revision) =>
              revision.version === override.version || revision.change === 'removed' ? null : (
                <ActButton
                  needs="configure"
                  small
                  label={t('rollback.label', { n: revision.version })}
                  onClick={() => {
                    setChosen(revision);
                  }}
                >
                  {t('rollback.confirm')}
                </ActButton>
              ),
          },
        ]}
      />
      {chosen ? (
        <RollbackDialog
          override={override}
          to={chosen}
          onClose={() => {
            setChosen(null);
          }}
        />
      ) : null}
    </Panel>
  );
}
