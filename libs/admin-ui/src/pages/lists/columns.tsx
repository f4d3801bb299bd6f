import type { ListEntry } from '../../../../rate-limit/src/admin/api';
import { AppliedOn, Badge } from '../../components/badges';
import { KeyLink, PolicyLink } from '../../components/key-link';
import type { Column } from '../../components/table';
import { Expires, Moment } from '../../components/time';
import { t } from '../../i18n';
import { count, keyText } from '../../lib/format';
import { ActButton } from '../../session/act-button';

export const matchText = ({ match }: ListEntry): string =>
  match.kind === 'cidr' ? match.cidr : keyText(match.key.text);

export const EntryBadge = ({ entry }: { readonly entry: ListEntry }) =>
  entry.list === 'ban' ? (
    <Badge tone="bad" icon="blocked">
      {t('entry.banned1')}
    </Badge>
  ) : (
    <Badge tone="good" icon="check">
      {t('entry.allowed1')}
    </Badge>
  );

export function entryColumns(remove: (entry: ListEntry) => void): readonly Column<ListEntry>[] {
  return [
    {
      id: 'match',
      header: t('column.whom'),
      head: true,
      by: matchText,
      cell: ({ match }) =>
        match.kind === 'cidr' ? <span className="key">{match.cidr}</span> : <KeyLink of={match.key} />,
    },
    { id: 'list', header: t('entry.list'), by: ({ list }) => list, cell: (entry) => <EntryBadge entry={entry} /> },
    {
      id: 'origin',
      header: t('entry.origin'),
      by: ({ origin }) => origin,
      cell: ({ origin, policy, createdBy }) =>
        origin === 'escalation' && policy !== null ? (
          <span>
            {t('entry.escalation')} <PolicyLink name={policy} />
          </span>
        ) : (
          createdBy.name
        ),
    },
    { id: 'reason', header: t('reason.label'), cell: ({ reason }) => <span className="break">{reason}</span> },
    {
      id: 'created',
      header: t('column.since'),
      by: ({ createdAtMs }) => createdAtMs,
      cell: ({ createdAtMs }) => <Moment atMs={createdAtMs} />,
    },
    {
      id: 'expires',
      header: t('column.ends'),
      by: ({ expiresAtMs }) => expiresAtMs ?? Infinity,
      cell: ({ expiresAtMs }) => <Expires atMs={expiresAtMs} />,
    },
    { id: 'hits', header: t('entry.hits'), end: true, by: ({ hits }) => hits, cell: ({ hits }) => count(hits) },
    { id: 'applied', header: t('column.applied'), cell: ({ applied }) => <AppliedOn applied={applied} /> },
    {
      id: 'actions',
      header: '',
      tight: true,
      cell: (entry) => (
        <div className="row-actions">
          <ActButton
            needs="operate"
            small
            label={t('entry.removeLabel', { key: matchText(entry) })}
            onClick={() => {
              remove(entry);
            }}
          >
            {t('action.remove')}
          </ActButton>
        </div>
      ),
    },
  ];
}
