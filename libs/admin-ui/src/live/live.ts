import { ADMIN_PATHS, type LiveFrame, type Overview, type SecondPoint } from '../../../rate-limit/src/admin/api';
import { createStore } from '../lib/store';

/** `polling`: no stream, asked every few seconds; `stale`: nothing has come for a while. */
export type LiveState = 'connecting' | 'live' | 'polling' | 'stale' | 'paused';

export interface Live {
  readonly state: LiveState;
  readonly frame: LiveFrame | null;
  /** When the last news came, by the clock of this browser. */
  readonly heardAtMs: number | null;
  /** Second by second, oldest first. */
  readonly seconds: readonly SecondPoint[];
}

/** How much of the past the charts show, in seconds. */
export const WINDOW_SECONDS = 300;
/** After so much silence what is shown is no longer the present. */
export const STALE_AFTER_MS = 5000;

export const live = createStore<Live>({ state: 'connecting', frame: null, heardAtMs: null, seconds: [] });

/** How far the clock of the server is ahead of this one, in milliseconds. */
export const clockOffset = createStore(0);

/** The time by the clock of the server. */
export const serverNow = (): number => Date.now() + clockOffset.get();

export function setState(state: LiveState): void {
  const current = live.get();
  if (current.state !== state) live.set({ ...current, state });
}

export function takeFrame(frame: LiveFrame): void {
  const current = live.get();
  clockOffset.set(frame.atMs - Date.now());
  live.set({
    state: current.state === 'paused' ? 'paused' : 'live',
    frame,
    heardAtMs: Date.now(),
    seconds: withSecond(current.seconds, { atMs: secondOf(frame.atMs), ...frame.perSecond }),
  });
}

/** Fills the past from an overview, which knows the minutes before this page was opened and those a gap has swallowed. */
export function takeOverview(overview: Overview): void {
  const current = live.get();
  clockOffset.set(overview.atMs - Date.now());
  const own = new Map(
    overview.history.map((point) => [secondOf(point.atMs), { ...point, atMs: secondOf(point.atMs) }]),
  );
  for (const point of current.seconds) if (!own.has(point.atMs)) own.set(point.atMs, point);
  const seconds = [...own.values()].sort((a, b) => a.atMs - b.atMs);
  live.set({
    ...current,
    heardAtMs: Date.now(),
    seconds: recent(seconds),
    frame: current.state === 'live' ? current.frame : frameOf(overview, current.frame),
  });
}

const secondOf = (atMs: number): number => Math.floor(atMs / 1000) * 1000;

function withSecond(seconds: readonly SecondPoint[], point: SecondPoint): readonly SecondPoint[] {
  const kept = seconds.at(-1)?.atMs === point.atMs ? seconds.slice(0, -1) : seconds;
  return recent([...kept, point]);
}

function recent(seconds: readonly SecondPoint[]): readonly SecondPoint[] {
  const from = (seconds.at(-1)?.atMs ?? 0) - WINDOW_SECONDS * 1000;
  return seconds.filter(({ atMs }) => atMs > from);
}

function frameOf(overview: Overview, last: LiveFrame | null): LiveFrame {
  const { atMs, totals, perSecond, latency, blocked, policies, instances, degraded } = overview;
  return {
    ...{ atMs, totals, perSecond, latency, blocked, policies, instances, degraded },
    id: last?.id ?? 0,
    controlVersion: last?.controlVersion ?? 0,
    lastAuditId: last?.lastAuditId ?? null,
  };
}

export const STREAM_PATH = ADMIN_PATHS.stream;
