import { useState } from 'react';
import type { BlockedKeyView, KeyView } from '../../../../rate-limit/src/admin/api';
import { ResetDialog } from '../../actions/reset-dialog';
import { useBlocked } from '../../api/queries';
import { Badge } from '../../components/badges';
import { ExportMenu } from '../../components/export-menu';
import { Select } from '../../components/fields';
import { PageHead } from '../../components/page-head';
import { Empty, Loaded } from '../../components/states';
import { Table } from '../../components/table';
import { t } from '../../i18n';
import { count, keyText } from '../../lib/format';
import { useParam } from '../../lib/router';
import { ActButton } from '../../session/act-button';
import { useSession } from '../../session/session';
import { blockedColumns, idOf } from './columns';

/** As many as one request may reset. */
const MOST_AT_ONCE = 100;

export function BlockedPage() {
  const blocked = useBlocked();
  const { roles, readOnly } = useSession();
  const [search, setSearch] = useParam('q');
  const [policy, setPolicy] = useParam('policy', '*');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [resetting, setResetting] = useState<{ keys: readonly KeyView[]; policy?: string } | null>(null);
  const all = blocked.data?.blocked ?? [];
  const shown = all
    .filter((row) => policy === '*' || row.policy === policy)
    .filter((row) => keyText(row.key.text).toLowerCase().includes(keyText(search).toLowerCase()));
  const rows = shown.filter((row) => selected.has(idOf(row)));
  // A key that several policies block is let go of all of them at once.
  const chosen = [...new Map(rows.map(({ key }) => [key.ref, key])).values()].slice(0, MOST_AT_ONCE);
  const policies = [...new Set([...all.map((row) => row.policy), ...(policy === '*' ? [] : [policy])])].sort();
  const mayReset = roles.includes('operate') && !readOnly;
  const toggle = (row: BlockedKeyView) => {
    const next = new Set(selected);
    if (!next.delete(idOf(row))) next.add(idOf(row));
    setSelected(next);
  };
  const columns = blockedColumns({
    selected: mayReset ? selected : null,
    toggle,
    reset: (row) => {
      setResetting({ keys: [row.key], policy: row.policy });
    },
  });
  const sheet = () => ({
    name: 'blocked',
    columns: ['key', 'policy', 'since', 'until', 'denied', 'banned'],
    rows: shown.map((row) => [
      ...[row.key.text, row.policy, new Date(row.sinceMs).toISOString(), new Date(row.untilMs).toISOString()],
      ...[row.denied, row.entryId === null ? 'no' : 'yes'],
    ]),
  });
  return (
    <>
      <PageHead
        title={t('page.blocked')}
        beside={
          blocked.data ? (
            <Badge tone={blocked.data.count > 0 ? 'bad' : 'good'}>
              {count(blocked.data.count)}
              {blocked.data.atLeast ? '+' : ''}
            </Badge>
          ) : null
        }
        lead={t('blocked.lead')}
      />
      <div className="toolbar">
        <input
          className="input"
          type="search"
          aria-label={t('filter.key')}
          placeholder={t('filter.key')}
          value={search}
          onInput={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
        <Select
          label={t('column.policy')}
          value={policy}
          options={[['*', t('filter.anyPolicy')], ...policies.map((name) => [name, name] as const)]}
          onChange={setPolicy}
        />
        <span className="end">
          {mayReset ? (
            <ActButton
              needs="operate"
              disabled={chosen.length === 0}
              onClick={() => {
                setResetting({ keys: chosen });
              }}
            >
              {chosen.length === 0 ? t('blocked.unblockSome') : t('blocked.unblockN', { n: chosen.length })}
            </ActButton>
          ) : null}
          <ExportMenu sheet={sheet} />
        </span>
      </div>
      <div className="panel">
        <Loaded of={blocked} rows={8}>
          {() =>
            shown.length === 0 ? (
              <Empty icon="check" title={t(all.length === 0 ? 'empty.blocked' : 'empty.filter')}>
                {all.length === 0 ? <p>{t('empty.blockedCause')}</p> : null}
              </Empty>
            ) : (
              <Table
                caption={t('page.blocked')}
                columns={columns}
                rows={shown}
                rowKey={idOf}
                sort={['denied', 'down']}
              />
            )
          }
        </Loaded>
      </div>
      {resetting ? (
        <ResetDialog
          {...resetting}
          onDone={() => {
            const done = new Set(resetting.keys.map(({ ref }) => ref));
            setSelected(new Set(rows.filter(({ key }) => !done.has(key.ref)).map(idOf)));
          }}
          onClose={() => {
            setResetting(null);
          }}
        />
      ) : null}
    </>
  );
}
