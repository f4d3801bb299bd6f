import { t } from '../i18n';
import { count, within } from '../lib/format';
import { figure } from './chart';
import type { ChartProps } from './chart';

/** The lines of a chart as rows, the latest first; of long ones every tenth second or so. */
export function ChartTable({ title, timesMs, series }: Pick<ChartProps, 'title' | 'timesMs' | 'series'>) {
  const step = Math.max(1, Math.ceil(timesMs.length / 60));
  const clock = within((timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0));
  const indexes = timesMs.map((_, index) => timesMs.length - 1 - index).filter((_, place) => place % step === 0);
  return (
    <div className="chart-table" role="region" aria-label={title} tabIndex={0}>
      <table className="table">
        <caption className="hidden-visually">{t('chart.tableCaption', { title, n: count(step) })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('chart.time')}</th>
            {series.map(({ label }) => (
              <th scope="col" className="is-end" key={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {indexes.map((index) => (
            <tr key={timesMs[index]}>
              <th scope="row">{clock(timesMs[index] ?? 0)}</th>
              {series.map(({ label, values }) => (
                <td className="is-end" key={label}>
                  {figure(values[index])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
