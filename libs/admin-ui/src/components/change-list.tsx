import type { AuditEntry } from '../../../rate-limit/src/admin/api';
import { t } from '../i18n';
import { keyText } from '../lib/format';
import { hrefOf } from '../lib/router';
import { Badge } from './badges';
import { Changes } from './changes';
import { Empty } from './states';
import { Moment } from './time';

/** Who did what to what, in one line each. */
export function ChangeList({ entries }: { readonly entries: readonly AuditEntry[] }) {
  if (entries.length === 0) return <Empty title={t('changes.none')} />;
  return (
    <ol className="changes">
      {entries.map((entry) => (
        <li key={entry.id}>
          <span className="soft">
            <Moment atMs={entry.atMs} />
          </span>
          <div>
            <div className="break">
              <a href={hrefOf(['audit', entry.id])}>{t(`audit.${entry.action}`)}</a>{' '}
              {entry.target === entry.actor.name ? null : `${keyText(entry.target)} · `}
              <span className="soft">{entry.actor.name}</span>{' '}
              {entry.outcome === 'refused' ? <Badge tone="bad">{t('audit.refused')}</Badge> : null}
            </div>
            <Changes of={entry.changes} />
            {entry.reason ? <div className="soft break">{entry.reason}</div> : null}
          </div>
        </li>
      ))}
    </ol>
  );
}
