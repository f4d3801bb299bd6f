import type { BlockedKeyView } from '../../../../rate-limit/src/admin/api';
import { Badge } from '../../components/badges';
import { KeyLink, PolicyLink } from '../../components/key-link';
import type { Column } from '../../components/table';
import { Countdown, Moment } from '../../components/time';
import { t } from '../../i18n';
import { count, keyText } from '../../lib/format';
import { ActButton } from '../../session/act-button';
import { hrefOf } from '../../lib/router';

export const idOf = ({ key, policy }: BlockedKeyView): string => `${policy} ${key.ref ?? key.text}`;

interface BlockedColumns {
  /** `null` where nothing may be selected. */
  readonly selected: ReadonlySet<string> | null;
  readonly toggle: (row: BlockedKeyView) => void;
  readonly reset: (row: BlockedKeyView) => void;
}

export function blockedColumns({ selected, toggle, reset }: BlockedColumns): readonly Column<BlockedKeyView>[] {
  const select: Column<BlockedKeyView> = {
    id: 'select',
    header: '',
    tight: true,
    cell: (row) => (
      <label className="check-target">
        <input
          type="checkbox"
          aria-label={t('blocked.select', { key: keyText(row.key.text) })}
          checked={selected?.has(idOf(row)) ?? false}
          disabled={row.key.ref === null}
          onChange={() => {
            toggle(row);
          }}
        />
      </label>
    ),
  };
  return [
    ...(selected === null ? [] : [select]),
    {
      id: 'key',
      header: t('column.key'),
      head: true,
      by: ({ key }) => key.text,
      cell: ({ key }) => <KeyLink of={key} />,
    },
    {
      id: 'policy',
      header: t('column.policy'),
      by: ({ policy }) => policy,
      cell: ({ policy }) => <PolicyLink name={policy} />,
    },
    {
      id: 'cause',
      header: t('blocked.cause'),
      by: ({ entryId }) => (entryId === null ? 0 : 1),
      cell: ({ entryId }) =>
        entryId === null ? (
          <Badge tone="neutral">{t('blocked.limit')}</Badge>
        ) : (
          <a href={hrefOf(['lists'], { entry: entryId })}>
            <Badge tone="bad">{t('blocked.ban')}</Badge>
          </a>
        ),
    },
    {
      id: 'until',
      header: t('blocked.until'),
      end: true,
      by: ({ untilMs }) => untilMs,
      cell: ({ untilMs }) => <Countdown untilMs={untilMs} />,
    },
    {
      id: 'since',
      header: t('blocked.since'),
      by: ({ sinceMs }) => sinceMs,
      cell: ({ sinceMs }) => <Moment atMs={sinceMs} />,
    },
    {
      id: 'denied',
      header: t('blocked.denied'),
      end: true,
      by: ({ denied }) => denied,
      cell: ({ denied }) => count(denied),
    },
    {
      id: 'actions',
      header: '',
      tight: true,
      cell: (row) =>
        row.key.ref === null || row.entryId !== null ? null : (
          <div className="row-actions">
            <ActButton
              needs="operate"
              small
              label={t('blocked.unblockOne', { key: keyText(row.key.text) })}
              onClick={() => {
                reset(row);
              }}
            >
              {t('blocked.unblock')}
            </ActButton>
          </div>
        ),
    },
  ];
}
