import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import uPlot from 'uplot';
import { t } from '../i18n';
import { count, rate, within } from '../lib/format';
import { Button } from '../components/button';
import { onThemeChange } from './colours';
import { ChartTable } from './chart-table';
import { plotOptions, type Series } from './plot';

export interface ChartProps {
  readonly title: string;
  readonly timesMs: readonly number[];
  readonly series: readonly Series[];
  readonly small?: boolean;
  readonly windowSeconds?: number | null;
}

/**
 * Lines over time. Whoever does not see them reads the values beside the names, moves through them with the arrow keys,
 * or opens the table.
 */
export function Chart({ title, timesMs, series, small = false, windowSeconds = null }: ChartProps) {
  const [table, setTable] = useState(false);
  const [point, setPoint] = useState<number | null>(null);
  const [spoken, setSpoken] = useState('');
  const { box, plot } = usePlot({ timesMs, series, small, windowSeconds, onPoint: setPoint });
  const shown = point ?? timesMs.length - 1;
  const clock = within((timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0));
  const say = (index: number) => {
    const values = series.map(({ label, values: all }) => `${label} ${figure(all[index])}`);
    setSpoken(`${clock(timesMs[index] ?? 0)}: ${values.join(', ')}`);
  };
  const step = (event: KeyboardEvent) => {
    const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30 }[event.key];
    if (move === undefined || !plot.current) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(timesMs.length - 1, shown + move));
    const left = plot.current.valToPos((timesMs[index] ?? 0) / 1000, 'x');
    plot.current.setCursor({ left, top: 10 });
    setPoint(index);
    say(index);
  };
  return (
    <figure className="chart" aria-label={title}>
      <figcaption className="chart-legend">
        {series.map(({ label, line, colour, values }) => (
          <span className="entry" key={label}>
            <span className={`swatch is-${line}`} style={{ color: `var(${colour})` }} aria-hidden="true" />
            {label} <span className="value">{figure(values[shown])}</span>
          </span>
        ))}
        <span className="at">{timesMs[shown] === undefined ? '' : clock(timesMs[shown])}</span>
        <Button
          small
          kind="quiet"
          aria-expanded={table}
          onClick={() => {
            setTable(!table);
          }}
        >
          {t(table ? 'chart.hideTable' : 'chart.showTable')}
        </Button>
      </figcaption>
      <div
        ref={box}
        className={small ? 'plot is-small' : 'plot'}
        role="slider"
        tabIndex={0}
        aria-label={t('chart.cursor', { title })}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, timesMs.length - 1)}
        aria-valuenow={Math.max(0, shown)}
        aria-valuetext={spoken || t('chart.hint')}
        onKeyDown={step}
      />
      {table ? <ChartTable title={title} timesMs={timesMs} series={series} /> : null}
    </figure>
  );
}

export const figure = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value < 10 ? rate(value) : count(value);

interface PlotUse extends Omit<ChartProps, 'title'> {
  readonly small: boolean;
  readonly windowSeconds: number | null;
  readonly onPoint: (index: number | null) => void;
}

/** The canvas: made once for a set of names, fed with each change, as wide as there is room. */
function usePlot({ timesMs, series, small, windowSeconds, onPoint }: PlotUse) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = (): uPlot.AlignedData => [timesMs.map((at) => at / 1000), ...series.map(({ values }) => [...values])];
  const names = series.map(({ label }) => label).join();
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const made = new uPlot(plotOptions({ ...size(), series, windowSeconds, onPoint }), data(), element);
    made.root.setAttribute('aria-hidden', 'true');
    plot.current = made;
    const watch = new ResizeObserver(() => {
      if (element.clientWidth !== made.width) made.setSize({ width: element.clientWidth, height: made.height });
    });
    watch.observe(element);
    const unlisten = onThemeChange(() => {
      made.redraw(false);
    });
    return () => {
      unlisten();
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, small, windowSeconds]);
  useEffect(() => plot.current?.setData(data()), [timesMs, series]);
  return { box, plot };
}
