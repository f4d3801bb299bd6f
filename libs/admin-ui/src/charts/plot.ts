import uPlot from 'uplot';
import { axisValue, shortClock, clock } from '../lib/format';
import { colourOf } from './colours';

export interface Series {
  readonly label: string;
  /** Token of its colour. */
  readonly colour: string;
  readonly line: 'solid' | 'dashed' | 'dotted';
  readonly fill?: string;
  readonly values: readonly (number | null)[];
}

const DASHES = { solid: [], dashed: [7, 4], dotted: [2, 3] };

interface PlotOptions {
  readonly width: number;
  readonly height: number;
  readonly series: readonly Series[];
  /** How much of the past is shown, in seconds, whether there is something or not; `null`: as far as there is. */
  readonly windowSeconds: number | null;
  readonly onPoint: (index: number | null) => void;
}

export function plotOptions({ width, height, series, windowSeconds, onPoint }: PlotOptions): uPlot.Options {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const font = `${String(0.75 * rem)}px ${getComputedStyle(document.body).fontFamily}`;
  const axis: uPlot.Axis = {
    font,
    stroke: () => colourOf('--text-soft'),
    grid: { stroke: () => colourOf('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    scales: {
      x: { time: true, range: (_plot, from, to) => [windowSeconds === null ? from : to - windowSeconds, to] },
      y: { range: (_plot, _low, high) => [0, ceiling(high)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 1.75 * rem,
        space: 6 * rem,
        values: (_plot, marks, _axis, _space, apart) =>
          marks.map((mark) => (apart < 60 ? clock : shortClock)(mark * 1000)),
      },
      {
        ...axis,
        size: 3 * rem,
        space: 2.25 * rem,
        values: (_plot, marks) => marks.map(axisValue),
      },
    ],
    series: [{}, ...series.map(lineOf)],
    hooks: {
      setCursor: [
        (plot) => {
          onPoint(plot.cursor.idx ?? null);
        },
      ],
    },
  };
}

/** Room above the highest point; never a scale of nothing. */
const ceiling = (high: number | null): number => Math.max(1, (high ?? 0) * 1.12);

function lineOf(series: Series): uPlot.Series {
  const { fill } = series;
  return {
    label: series.label,
    width: 1.75,
    dash: DASHES[series.line],
    stroke: () => colourOf(series.colour),
    points: { show: false },
    spanGaps: false,
    ...(fill === undefined ? {} : { fill: () => colourOf(fill) }),
  };
}
