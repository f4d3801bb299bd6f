import type { Counts } from '../../../rate-limit/src/admin/api';
import { Empty } from '../components/states';
import { t } from '../i18n';

interface NoPointsProps {
  /** What was counted in all; left out while it is not known. */
  readonly totals: Counts | undefined;
  /** Of a series that only a shared store keeps, where there is none. */
  readonly needsStore?: boolean;
}

/** In place of a chart that has nothing to draw: because it is not kept, because nothing came, or not yet. */
export function NoPoints({ totals, needsStore = false }: NoPointsProps) {
  if (needsStore) {
    return (
      <Empty title={t('empty.notKept')}>
        <p>{t('empty.notKeptCause')}</p>
      </Empty>
    );
  }
  const isUnused = totals !== undefined && Object.values(totals).every((count) => count === 0);
  if (!isUnused) return <Empty title={t('empty.points')} />;
  return (
    <Empty title={t('empty.traffic')}>
      <p>{t('empty.trafficCause')}</p>
    </Empty>
  );
}
