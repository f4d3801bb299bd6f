import { dateTime, duration, relative } from '../lib/format';
import { useNow } from '../lib/clock';
import { t } from '../i18n';

/** How long ago, or in how long; the full date on hover and for readers. */
export function Moment({ atMs }: { readonly atMs: number }) {
  const now = useNow();
  return (
    <time className="nowrap" dateTime={new Date(atMs).toISOString()} title={dateTime(atMs)}>
      {relative(Math.min(atMs, atMs <= now + 2000 ? now : atMs), now)}
    </time>
  );
}

/** Counts down silently to a moment. */
export function Countdown({ untilMs }: { readonly untilMs: number }) {
  const left = untilMs - useNow();
  return (
    <time className="num nowrap" dateTime={new Date(untilMs).toISOString()} title={dateTime(untilMs)}>
      {left > 0 ? duration(left < 1000 ? 1000 : left) : t('time.now')}
    </time>
  );
}

/** When something ends by itself. */
export const Expires = ({ atMs }: { readonly atMs: number | null }) =>
  atMs === null ? <span className="warn">{t('time.never')}</span> : <Countdown untilMs={atMs} />;
