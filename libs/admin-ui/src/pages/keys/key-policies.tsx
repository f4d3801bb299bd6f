import type { KeyInPolicy } from '../../../../rate-limit/src/admin/api';
import { Badge, ModeBadge } from '../../components/badges';
import { PolicyLink } from '../../components/key-link';
import { Meter } from '../../components/meter';
import { Table, type Column } from '../../components/table';
import { Countdown } from '../../components/time';
import { t } from '../../i18n';
import { hrefOf } from '../../lib/router';

/** One key in every policy: how much is used, whether it is blocked, and until when. */
export const KeyPolicies = ({ rows }: { readonly rows: readonly KeyInPolicy[] }) => (
  <Table
    caption={t('key.policies')}
    columns={columns()}
    rows={rows.flatMap((row) => [{ ...row, isTrial: false }, ...trialOf(row)])}
    rowKey={({ policy, scope, isTrial }) => `${policy} ${scope} ${String(isTrial)}`}
  />
);

interface Row extends KeyInPolicy {
  readonly isTrial: boolean;
}

/** A limit that is tried out has a row of its own, below the one in force. */
const trialOf = (row: KeyInPolicy): readonly Row[] =>
  row.trial === null ? [] : [{ ...row, ...row.trial, mode: 'shadow', limitFrom: 'override', isTrial: true }];

function State({ row: { state, mode } }: { readonly row: Row }) {
  if (state === 'blocked' && mode !== 'enforce')
    return (
      <Badge tone="shadow" icon="eye">
        {t('key.wouldBlock')}
      </Badge>
    );
  if (state === 'blocked')
    return (
      <Badge tone="bad" icon="blocked">
        {t('key.blocked')}
      </Badge>
    );
  if (state === 'ok')
    return (
      <Badge tone="good" icon="check">
        {t('key.ok')}
      </Badge>
    );
  return <span className="soft">{t(state === 'unused' ? 'key.unused' : 'key.unknown')}</span>;
}

function columns(): readonly Column<Row>[] {
  return [
    {
      id: 'policy',
      header: t('column.policy'),
      head: true,
      by: ({ policy }) => policy,
      cell: ({ policy, scope, mode, isTrial }) => (
        <span>
          <PolicyLink name={policy} /> {scope ? <span className="soft break">{scope}</span> : null}{' '}
          {isTrial ? (
            <Badge tone="shadow" icon="eye">
              {t('policy.inTrial')}
            </Badge>
          ) : mode === 'enforce' ? null : (
            <ModeBadge mode={mode} />
          )}
        </span>
      ),
    },
    { id: 'algorithm', header: t('column.algorithm'), cell: ({ algorithm }) => t(`algorithm.${algorithm}`) },
    {
      id: 'used',
      header: t('key.used'),
      cell: ({ used, limit, limitFrom }) =>
        used === null || limit === null ? (
          <span className="soft">{t('key.unknown')}</span>
        ) : (
          <>
            <Meter used={used} limit={limit} />
            {limitFrom === 'last-seen' ? <span className="small soft">{t('key.lastSeenLimit')}</span> : null}
          </>
        ),
    },
    { id: 'state', header: t('column.state'), by: ({ state }) => state, cell: (row) => <State row={row} /> },
    {
      id: 'unblocks',
      header: t('key.unblocks'),
      end: true,
      cell: ({ unblocksAtMs }) => (unblocksAtMs === null ? '–' : <Countdown untilMs={unblocksAtMs} />),
    },
    {
      id: 'resets',
      header: t('key.resets'),
      end: true,
      cell: ({ resetsAtMs }) => (resetsAtMs === null ? '–' : <Countdown untilMs={resetsAtMs} />),
    },
    {
      id: 'override',
      header: t('key.from'),
      cell: ({ overrideId, limitFrom }) =>
        overrideId === null ? (
          t(limitFrom === 'policy' ? 'key.fromPolicy' : 'key.fromRequest')
        ) : (
          <a href={hrefOf(['overrides', overrideId])}>{t('override.one')}</a>
        ),
    },
  ];
}
