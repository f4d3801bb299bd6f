import { useQuery } from '@tanstack/react-query';
import { ADMIN_PATHS, type AuditEntry } from '../../../../rate-limit/src/admin/api';
import { call } from '../../api/client';
import { Badge } from '../../components/badges';
import { Changes } from '../../components/changes';
import { Panel } from '../../components/panel';
import { Loaded } from '../../components/states';
import { t } from '../../i18n';
import { dateTime, keyText } from '../../lib/format';
import { hrefOf } from '../../lib/router';

/** One entry in full: what a link to it shows. */
export function AuditEntryPanel({ id }: { readonly id: string }) {
  const entry = useQuery({
    queryKey: ['auditEntry', id],
    queryFn: ({ signal }) => call<AuditEntry>(ADMIN_PATHS.auditEntry, { params: { id }, signal }),
  });
  return (
    <Panel title={t('audit.entry')} end={<a href={hrefOf(['audit'])}>{t('overview.allChanges')}</a>}>
      <Loaded of={entry} rows={3}>
        {(found) => <Facts entry={found} />}
      </Loaded>
    </Panel>
  );
}

function Facts({ entry }: { readonly entry: AuditEntry }) {
  const facts = [
    [t('column.at'), dateTime(entry.atMs)],
    [t('column.by'), `${entry.actor.name} (${entry.actor.id})`],
    [t('column.action'), t(`audit.${entry.action}`)],
    [t('column.target'), keyText(entry.target)],
    [t('reason.label'), entry.reason || '–'],
    [t('audit.requestId'), entry.requestId ?? '–'],
    [t('audit.instance'), entry.instance],
  ] as const;
  return (
    <div className="stack">
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{t('recent.outcome')}</dt>
          <dd>
            <Badge tone={entry.outcome === 'done' ? 'good' : 'bad'}>{t(`audit.${entry.outcome}`)}</Badge>
          </dd>
        </div>
      </dl>
      {entry.changes.length > 0 ? (
        <div>
          <Changes of={entry.changes} />
        </div>
      ) : null}
      {entry.overrideId === null ? null : (
        <p>
          <a href={hrefOf(['overrides', entry.overrideId])}>{t('override.one')}</a>
        </p>
      )}
    </div>
  );
}
