import { useState } from 'react';
import { ADMIN_PATHS, type ListEntry, type ListKind } from '../../../../rate-limit/src/admin/api';
import { EntryDialog } from '../../actions/entry-dialog';
import { ReasonDialog } from '../../actions/reason-dialog';
import { call } from '../../api/client';
import { useEntries } from '../../api/queries';
import { ExportMenu } from '../../components/export-menu';
import { Segments } from '../../components/fields';
import { PageHead } from '../../components/page-head';
import { Empty, Loaded } from '../../components/states';
import { Table } from '../../components/table';
import { t } from '../../i18n';
import { useParam } from '../../lib/router';
import { ActButton } from '../../session/act-button';
import { entryColumns, matchText } from './columns';

export function ListsPage() {
  const entries = useEntries();
  const [search, setSearch] = useParam('q');
  const [list, setList] = useParam('list', 'all');
  const [only, setOnly] = useParam('entry');
  const [adding, setAdding] = useState<ListKind | null>(null);
  const [removing, setRemoving] = useState<ListEntry | null>(null);
  const shown = (entries.data?.entries ?? [])
    .filter((entry) => only === '' || entry.id === only)
    .filter((entry) => list === 'all' || entry.list === list)
    .filter((entry) => `${matchText(entry)} ${entry.reason}`.toLowerCase().includes(search.toLowerCase()));
  const sheet = () => ({
    name: 'bans-and-allows',
    columns: ['id', 'list', 'whom', 'origin', 'reason', 'createdBy', 'createdAt', 'expiresAt', 'hits'],
    rows: shown.map((entry) => [
      ...[entry.id, entry.list, matchText(entry), entry.origin, entry.reason, entry.createdBy.name],
      new Date(entry.createdAtMs).toISOString(),
      entry.expiresAtMs === null ? null : new Date(entry.expiresAtMs).toISOString(),
      entry.hits,
    ]),
  });
  return (
    <>
      <PageHead title={t('page.lists')} lead={t('lists.lead')}>
        <ActButton
          needs="operate"
          kind="primary"
          icon="plus"
          onClick={() => {
            setAdding('ban');
          }}
        >
          {t('entry.new')}
        </ActButton>
      </PageHead>
      <div className="toolbar">
        <input
          className="input"
          type="search"
          aria-label={t('filter.entry')}
          placeholder={t('filter.entry')}
          value={search}
          onInput={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
        <Segments
          label={t('entry.list')}
          value={list}
          options={[
            ['all', t('filter.all')],
            ['ban', t('lists.bans')],
            ['allow', t('lists.allows')],
          ]}
          onChange={setList}
        />
        {only === '' ? null : (
          <button
            type="button"
            className="button is-small"
            onClick={() => {
              setOnly('');
            }}
          >
            {t('filter.clear')}
          </button>
        )}
        <span className="end">
          <ExportMenu sheet={sheet} />
        </span>
      </div>
      <div className="panel">
        <Loaded of={entries} rows={6}>
          {({ entries: all }) =>
            shown.length === 0 ? (
              <Empty title={t(all.length === 0 ? 'empty.entries' : 'empty.filter')}>
                {all.length === 0 ? <p>{t('empty.entriesCause')}</p> : null}
              </Empty>
            ) : (
              <Table
                caption={t('page.lists')}
                columns={entryColumns(setRemoving)}
                rows={shown}
                rowKey={({ id }) => id}
              />
            )
          }
        </Loaded>
      </div>
      {adding ? (
        <EntryDialog
          list={adding}
          onClose={() => {
            setAdding(null);
          }}
        />
      ) : null}
      {removing ? (
        <RemoveEntryDialog
          entry={removing}
          onClose={() => {
            setRemoving(null);
          }}
        />
      ) : null}
    </>
  );
}

interface RemoveEntryDialogProps {
  readonly entry: ListEntry;
  readonly onClose: () => void;
}

export function RemoveEntryDialog({ entry, onClose }: RemoveEntryDialogProps) {
  const { id, version } = entry;
  const act = async (reason: string) => {
    await call(ADMIN_PATHS.entry, { method: 'DELETE', params: { id }, body: { reason }, ifMatch: version });
    return { said: t('entry.removed', { key: matchText(entry) }) };
  };
  const title = t(entry.list === 'ban' ? 'entry.removeBan' : 'entry.removeAllow');
  return (
    <ReasonDialog title={title} confirm={t('action.remove')} act={act} onClose={onClose}>
      <p className="key">{matchText(entry)}</p>
    </ReasonDialog>
  );
}
