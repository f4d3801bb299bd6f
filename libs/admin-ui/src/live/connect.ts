import { ADMIN_PATHS, FRAME_EVENT, type LiveFrame, type Overview } from '../../../rate-limit/src/admin/api';
import { addressOf, call } from '../api/client';
import { queries, refreshControl } from '../api/queries';
import { loginNeeded, needLogin } from '../api/session-state';
import { live, setState, STALE_AFTER_MS, takeFrame, takeOverview } from './live';
import { readEvents } from './read-events';

const POLL_MS = 5000;
/** The server sends a frame every second; after so much silence the connection is taken for dead. */
const SILENCE_MS = 8000;
const RETRY_MS = [500, 1000, 2000, 4000, 8000] as const;

let paused = false;
let stop: AbortController | null = null;

/** Follows the server until the page goes: by its stream, and by asking where there is none. One stream for a page. */
export function startLive(): void {
  document.addEventListener('visibilitychange', restart);
  loginNeeded.subscribe(restart);
  setInterval(watchAge, 1000);
  restart();
}

export function togglePause(): void {
  paused = !paused;
  if (paused) setState('paused');
  restart();
}

function restart(): void {
  const wanted = !paused && !document.hidden && !loginNeeded.get();
  if (wanted === (stop !== null)) return;
  stop?.abort();
  stop = wanted ? new AbortController() : null;
  if (stop) void follow(stop.signal);
}

async function follow(signal: AbortSignal): Promise<void> {
  setState('connecting');
  const ended = (): boolean => signal.aborted;
  for (let attempt = 0; !ended(); attempt++) {
    const began = Date.now();
    try {
      await poll(signal);
      await listen(signal);
    } catch {
      // Told by the state on the page, and tried again below.
    }
    if (ended()) return;
    if (Date.now() - began > 10_000) attempt = 0;
    // What is not up to date stays so until something is heard: nobody knows that it will be.
    if (live.get().state !== 'stale') setState('polling');
    await pollUntilNextTry(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? POLL_MS, signal);
  }
}

/** Asks in place of the stream, where that is gone. */
async function poll(signal: AbortSignal): Promise<void> {
  await resync(signal);
  if (live.get().state === 'stale') setState('polling');
}

async function resync(signal: AbortSignal): Promise<void> {
  const overview = await call<Overview>(ADMIN_PATHS.overview, { signal });
  queries.setQueryData(['overview', {}, {}], overview);
  takeOverview(overview);
}

/** Reads the stream until it ends or falls silent. */
async function listen(signal: AbortSignal): Promise<void> {
  const silence = new AbortController();
  let timer: number | undefined;
  const heard = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      silence.abort();
    }, SILENCE_MS);
  };
  heard();
  try {
    await takeIn(AbortSignal.any([signal, silence.signal]), heard);
  } finally {
    window.clearTimeout(timer);
  }
}

/** Takes in what the stream says, until it ends. `heard` is called at whatever comes. */
async function takeIn(signal: AbortSignal, heard: () => void): Promise<void> {
  const response = await fetch(addressOf(ADMIN_PATHS.stream), {
    headers: { Accept: 'text/event-stream' },
    credentials: 'same-origin',
    signal,
  });
  if (response.status === 401) needLogin();
  if (!response.ok || !response.body) throw new Error(`The stream answered ${String(response.status)}.`);
  let last: LiveFrame | null = null;
  for await (const { event, data } of readEvents(response.body)) {
    heard();
    if (event !== FRAME_EVENT) continue;
    const frame = JSON.parse(data) as LiveFrame;
    takeFrame(frame);
    react(last, frame, signal);
    last = frame;
  }
}

function react(last: LiveFrame | null, frame: LiveFrame, signal: AbortSignal): void {
  if (!last) return;
  if (frame.id !== last.id + 1) void resync(signal).catch(() => undefined);
  if (frame.controlVersion !== last.controlVersion || frame.lastAuditId !== last.lastAuditId) refreshControl();
}

async function pollUntilNextTry(waitMs: number, signal: AbortSignal): Promise<void> {
  await poll(signal).catch(() => undefined);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, waitMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function watchAge(): void {
  const { state, heardAtMs } = live.get();
  if (state === 'paused' || document.hidden || heardAtMs === null) return;
  if (Date.now() - heardAtMs > STALE_AFTER_MS) setState('stale');
}
