import type { KeyInspection, RecentDecision } from '../../../../rate-limit/src/admin/api';
import { Badge, type Tone } from '../../components/badges';
import { PolicyLink } from '../../components/key-link';
import { Panel } from '../../components/panel';
import { Empty } from '../../components/states';
import { Table } from '../../components/table';
import { t } from '../../i18n';
import { clock, count, duration } from '../../lib/format';

const TONES: Record<RecentDecision['outcome'], Tone> = {
  allowed: 'good',
  denied: 'bad',
  impossible: 'bad',
  banned: 'bad',
  'shadow-denied': 'shadow',
};

/** What was decided about a key lately; where none are kept, why. */
export function RecentDecisions({ inspection }: { readonly inspection: KeyInspection }) {
  const { recent, recentSampledOneIn, isSampled } = inspection;
  const cause = recentSampledOneIn === 0 ? t('recent.off') : t('recent.notSampled', { n: count(recentSampledOneIn) });
  return (
    <Panel title={t('recent.title')} note={isSampled ? null : t('recent.sampled', { n: recentSampledOneIn })} flush>
      {recent.length === 0 ? (
        <Empty title={t('recent.none')}>{isSampled ? null : <p>{cause}</p>}</Empty>
      ) : (
        <Table
          caption={t('recent.title')}
          rows={recent.map((decision, index) => ({ ...decision, index }))}
          rowKey={({ index }) => String(index)}
          pageSize={12}
          columns={[
            { id: 'at', header: t('column.at'), cell: ({ atMs }) => <span className="num">{clock(atMs)}</span> },
            {
              id: 'outcome',
              header: t('recent.outcome'),
              cell: ({ outcome }) => <Badge tone={TONES[outcome]}>{t(`outcome.${outcome}`)}</Badge>,
            },
            { id: 'policy', header: t('column.policy'), cell: ({ policy }) => <PolicyLink name={policy} /> },
            {
              id: 'left',
              header: t('recent.left'),
              end: true,
              cell: ({ remaining, limit }) => `${count(remaining)} / ${count(limit)}`,
            },
            {
              id: 'retry',
              header: t('recent.retry'),
              end: true,
              cell: ({ retryAfterMs }) => (retryAfterMs === null ? '–' : duration(retryAfterMs)),
            },
          ]}
        />
      )}
    </Panel>
  );
}
