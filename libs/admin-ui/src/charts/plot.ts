import uPlot from 'uplot';
import { axisValue, clock, day, shortClock } from '../lib/format';
import { zone } from '../lib/settings';
import { colourOf } from './colours';

export interface Series {
  readonly label: string;
  /** Token of its colour. */
  readonly colour: string;
  readonly line: 'solid' | 'dashed' | 'dotted';
  readonly fill?: string;
  readonly values: readonly (number | null)[];
}

const DAY_MS = 86_400_000;
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
    // Days begin where they do in the time zone that is shown.
    tzDate: (seconds) => {
      const date = new Date(seconds * 1000);
      return zone.get() === 'utc' ? uPlot.tzDate(date, 'Etc/UTC') : date;
    },
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
        values: (_plot, marks, _axis, _space, apart) => marks.map(momentOf(apart)),
      },
      {
        ...axis,
        // Half a rem is the widest digit; the rest is the distance to the chart.
        size: (_plot, marks: readonly string[] | null) =>
          Math.max(3, ...(marks ?? []).map((mark) => mark.length / 2 + 0.75)) * rem,
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

/** Names marks of time: hours of several days by the day they begin, the others by the time. */
const momentOf =
  (apart: number) =>
  (mark: number, index: number, marks: readonly number[]): string => {
    const atMs = mark * 1000;
    if (apart < 60) return clock(atMs);
    const before = marks[index - 1];
    const isLong = ((marks.at(-1) ?? mark) - (marks[0] ?? mark)) * 1000 >= DAY_MS;
    return isLong && (before === undefined || day(before * 1000) !== day(atMs)) ? day(atMs) : shortClock(atMs);
  };

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
