import { useState } from 'react';
import { ADMIN_PATHS, type AuditAction, type AuditEntry, type AuditQuery } from '../../../../rate-limit/src/admin/api';
import { addressOf } from '../../api/client';
import { useAudit } from '../../api/queries';
import { Button } from '../../components/button';
import { Icon } from '../../components/icon';
import { Menu } from '../../components/menu';
import { Select } from '../../components/fields';
import { PageHead } from '../../components/page-head';
import { Empty, Loaded } from '../../components/states';
import { Table } from '../../components/table';
import { t } from '../../i18n';
import { count, duration } from '../../lib/format';
import { useParam } from '../../lib/router';
import { AuditEntryPanel } from './audit-entry';
import { ACTIONS, auditColumns } from './columns';

export function AuditPage({ entryId }: { readonly entryId?: string }) {
  const [action, setAction] = useParam('action', 'any');
  const [outcome, setOutcome] = useParam('outcome', 'any');
  const [actor, setActor] = useParam('actor');
  const [before, setBefore] = useState<readonly string[]>([]);
  const cursor = before.at(-1);
  const filter: AuditQuery = {
    ...(isAction(action) ? { action } : {}),
    ...(outcome === 'done' || outcome === 'refused' ? { outcome } : {}),
    ...(actor.trim() === '' ? {} : { actor: actor.trim() }),
  };
  const isFiltered = Object.keys(filter).length > 0;
  const audit = useAudit({ ...filter, limit: 50, ...(cursor === undefined ? {} : { before: cursor }) });
  const exportAs = (format: 'csv' | 'json') =>
    addressOf(ADMIN_PATHS.auditExport, { query: { ...filter, format } }).href;
  const kept = audit.data?.retention;
  const reset = (set: (value: string) => void) => (value: string) => {
    setBefore([]);
    set(value);
  };
  return (
    <>
      <PageHead
        title={t('page.audit')}
        lead={
          t('audit.lead') +
          (kept ? ` ${t('audit.kept', { n: count(kept.maxEntries), age: duration(kept.maxAgeMs) })}` : '')
        }
      >
        <Menu label={t('action.export')} icon="download" text={t('action.export')}>
          <a href={exportAs('csv')} download>
            CSV
          </a>
          <a href={exportAs('json')} download>
            JSON
          </a>
        </Menu>
      </PageHead>
      {entryId === undefined ? null : <AuditEntryPanel id={entryId} />}
      <div className="toolbar">
        <Select
          label={t('column.action')}
          value={action}
          options={[['any', t('filter.anyAction')], ...ACTIONS.map((each) => [each, t(`audit.${each}`)] as const)]}
          onChange={reset(setAction)}
        />
        <Select
          label={t('recent.outcome')}
          value={outcome}
          options={[
            ['any', t('filter.anyOutcome')],
            ['done', t('audit.done')],
            ['refused', t('audit.refused')],
          ]}
          onChange={reset(setOutcome)}
        />
        <input
          className="input"
          type="search"
          aria-label={t('filter.actor')}
          placeholder={t('filter.actor')}
          value={actor}
          onInput={(event) => {
            reset(setActor)(event.currentTarget.value);
          }}
        />
      </div>
      <div className="panel">
        <Loaded of={audit} rows={8}>
          {({ entries, next }) => (
            <>
              {entries.length === 0 ? (
                <Empty title={t(isFiltered ? 'empty.filter' : 'changes.none')} />
              ) : (
                <AuditTable entries={entries} />
              )}
              {next === null && cursor === undefined ? null : (
                <div className="pager">
                  <span />
                  <span>
                    <Button
                      small
                      disabled={cursor === undefined}
                      onClick={() => {
                        setBefore(before.slice(0, -1));
                      }}
                    >
                      {t('audit.newer')}
                    </Button>
                    <Button
                      small
                      disabled={next === null}
                      onClick={() => {
                        if (next !== null) setBefore([...before, next]);
                      }}
                    >
                      {t('audit.older')} <Icon name="down" />
                    </Button>
                  </span>
                </div>
              )}
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}

const isAction = (text: string): text is AuditAction => ACTIONS.some((action) => action === text);

const AuditTable = ({ entries }: { readonly entries: readonly AuditEntry[] }) => (
  <Table caption={t('page.audit')} columns={auditColumns()} rows={entries} rowKey={({ id }) => id} />
);
