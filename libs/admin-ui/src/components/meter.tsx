import { count } from '../lib/format';

/** How much of a limit is used. */
export function Meter({ used, limit }: { readonly used: number; readonly limit: number }) {
  const part = limit === 0 ? 1 : Math.min(1, used / limit);
  const tone = part >= 1 ? 'is-bad' : part >= 0.8 ? 'is-warn' : '';
  return (
    <span className="meter">
      <span className="meter-track" aria-hidden="true">
        <span className={`meter-fill ${tone}`} style={{ width: `${String(part * 100)}%` }} />
      </span>
      <span className="num nowrap">
        {count(used)} / {count(limit)}
      </span>
    </span>
  );
}

export const Bar = ({ part, tone = '' }: { readonly part: number; readonly tone?: 'is-bad' | 'is-shadow' | '' }) => (
  <span className="bar-track" aria-hidden="true">
    <span className={`bar-fill ${tone}`} style={{ width: `${String(Math.max(0, Math.min(1, part)) * 100)}%` }} />
  </span>
);
