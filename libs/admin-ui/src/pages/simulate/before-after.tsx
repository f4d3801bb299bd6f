import type { SimulationResult } from '../../../../rate-limit/src/admin/api';
import { t } from '../../i18n';
import { count, share, shortClock } from '../../lib/format';

/** What a change would have done, in three comparisons and the size of the sample they come from. */
export function BeforeAfter({ result }: { readonly result: SimulationResult }) {
  const { before, after } = result;
  const part = (side: typeof before) => share(side.denied, side.allowed + side.denied);
  return (
    <div className="stack-tight" role="status">
      <div className="compare">
        <Pair label={t('simulate.share')} before={part(before)} after={part(after)} />
        <Pair label={t('simulate.denied')} before={count(before.denied)} after={count(after.denied)} />
        <Pair label={t('simulate.keys')} before={count(before.blockedKeys)} after={count(after.blockedKeys)} />
      </div>
      <p className="small soft">
        {t('simulate.sample', {
          requests: t('simulate.sampleRequests', { n: count(result.events) }),
          keys: t('simulate.sampleKeys', { n: count(result.keys) }),
          sample: t('recording.oneIn', { n: result.oneIn }),
          from: shortClock(result.fromMs),
          to: shortClock(result.toMs),
        })}{' '}
        {result.truncated ? <strong className="warn">{t('simulate.truncated')}</strong> : null}
      </p>
    </div>
  );
}

const Pair = ({ label, before, after }: { label: string; before: string; after: string }) => (
  <div>
    <div className="small soft">{label}</div>
    <div className="from-to">
      <span>{before} →</span> {after}
    </div>
  </div>
);
