import type { ReactNode } from 'react';
import type { LiveFrame } from '../../../../rate-limit/src/admin/api';
import { t } from '../../i18n';
import { count, milliseconds, rate, share } from '../../lib/format';

interface TileProps {
  readonly label: string;
  readonly swatch?: string;
  readonly value: string;
  readonly unit?: string;
  readonly tone?: string;
  readonly children: ReactNode;
}

const Tile = ({ label, swatch, value, unit, tone = '', children }: TileProps) => (
  <div className="tile">
    <dt>
      {swatch ? <span className={`swatch ${swatch}`} aria-hidden="true" /> : null}
      {label}
    </dt>
    <dd className={tone}>
      {value}
      {unit ? <span className="unit">{unit}</span> : null}
    </dd>
    <dd className="sub">{children}</dd>
  </div>
);

/** What is longer than this is not told apart. */
const LONGEST_MS = 1000;
const lengthText = (ms: number | null): string =>
  ms !== null && ms >= LONGEST_MS ? `${count(LONGEST_MS)}+` : milliseconds(ms);

/** The state of things in six figures. */
export function Tiles({ frame }: { readonly frame: LiveFrame }) {
  const { perSecond, totals, latency, blocked } = frame;
  const decided = perSecond.allowed + perSecond.denied;
  const isDown = frame.degraded.some(({ kind }) => kind === 'store');
  const perSecondUnit = t('unit.perSecond');
  return (
    <dl className="tiles">
      <Tile label={t('series.allowed')} swatch="series-allowed" value={rate(perSecond.allowed)} unit={perSecondUnit}>
        {t('tile.total', { n: count(totals.allowed) })}
      </Tile>
      <Tile label={t('series.denied')} swatch="series-denied" value={rate(perSecond.denied)} unit={perSecondUnit}>
        {t('tile.share', { share: share(perSecond.denied, decided) })}
      </Tile>
      <Tile
        label={t('series.shadow')}
        swatch="series-shadow is-dashed"
        value={rate(perSecond.shadowDenied)}
        unit={perSecondUnit}
      >
        {totals.shadowDenied > 0 ? t('tile.total', { n: count(totals.shadowDenied) }) : t('tile.shadow')}
      </Tile>
      <Tile
        label={t('series.errors')}
        swatch="series-errors is-dotted"
        value={rate(perSecond.errors)}
        unit={perSecondUnit}
        tone={perSecond.errors > 0 || isDown ? 'warn' : ''}
      >
        {t(isDown ? 'tile.down' : perSecond.errors > 0 ? 'tile.errors' : 'tile.noErrors')}
      </Tile>
      <Tile label={t('tile.latency')} value={lengthText(latency.p99Ms)} unit="ms">
        {t('tile.percentiles', { p50: lengthText(latency.p50Ms), p95: lengthText(latency.p95Ms) })}
      </Tile>
      <Tile
        label={t('tile.blocked')}
        value={`${count(blocked.count)}${blocked.atLeast ? '+' : ''}`}
        tone={blocked.count > 0 ? 'bad' : ''}
      >
        {blocked.count > 0 ? <a href="#/blocked">{t('tile.whoBlocked')}</a> : t('tile.nobody')}
      </Tile>
    </dl>
  );
}
