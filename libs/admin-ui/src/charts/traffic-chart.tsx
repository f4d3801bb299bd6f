import { useMemo } from 'react';
import type { SecondPoint } from '../../../rate-limit/src/admin/api';
import { t } from '../i18n';
import { Chart } from './chart';
import type { Series } from './plot';

interface TrafficChartProps {
  readonly title: string;
  /** Oldest first. */
  readonly points: readonly SecondPoint[];
  /** Distance of two points when nothing is missing, in milliseconds. */
  readonly stepMs: number;
  readonly small?: boolean;
  /** A second or two that were not heard of are taken to be as those before. */
  readonly held?: boolean;
  /** How much of the past is shown, in seconds. */
  readonly windowSeconds?: number;
  /** Counts of a step become counts of a second. */
  readonly perSecond?: boolean;
}

/** Decisions over time, by how they ended. Seconds without any count were left out and are zero. */
export function TrafficChart({
  title,
  points,
  stepMs,
  small = false,
  held = false,
  perSecond = false,
  windowSeconds,
}: TrafficChartProps) {
  const words = t('series.allowed');
  const { timesMs, series } = useMemo(() => {
    const filled = filledUp(points, stepMs, held);
    const scale = perSecond ? stepMs / 1000 : 1;
    const values = (of: (point: SecondPoint) => number) => filled.map((point) => of(point) / scale);
    const lines: Series[] = [
      {
        label: t('series.allowed'),
        colour: '--series-allowed',
        fill: '--series-allowed-wash',
        line: 'solid',
        values: values(({ allowed }) => allowed),
      },
      { label: t('series.denied'), colour: '--series-denied', line: 'solid', values: values(({ denied }) => denied) },
      {
        label: t('series.shadow'),
        colour: '--series-shadow',
        line: 'dashed',
        values: values(({ shadowDenied }) => shadowDenied),
      },
      { label: t('series.errors'), colour: '--series-errors', line: 'dotted', values: values(({ errors }) => errors) },
    ];
    return { timesMs: filled.map(({ atMs }) => atMs), series: lines };
  }, [points, stepMs, held, perSecond, words]);
  return <Chart title={title} timesMs={timesMs} series={series} small={small} windowSeconds={windowSeconds ?? null} />;
}

const NOTHING = { allowed: 0, denied: 0, shadowDenied: 0, bypassed: 0, errors: 0 };
/** More missing points in a row than this are a gap of the recording, not of the traffic. */
const MOST_FILLED = 3600;

/** Steps that may be held. */
const MOST_HELD = 3;

function filledUp(points: readonly SecondPoint[], stepMs: number, held: boolean): readonly SecondPoint[] {
  const filled: SecondPoint[] = [];
  for (const point of points) {
    const last = filled.at(-1);
    const hold = held && last !== undefined && point.atMs - last.atMs <= (MOST_HELD + 1) * stepMs;
    let next = (last?.atMs ?? point.atMs) + stepMs;
    for (let added = 0; next < point.atMs && added < MOST_FILLED; added++, next += stepMs) {
      filled.push(hold ? { ...last, atMs: next } : { atMs: next, ...NOTHING });
    }
    filled.push(point);
  }
  return filled;
}
