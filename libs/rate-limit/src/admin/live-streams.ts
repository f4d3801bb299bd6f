import type { ServerResponse } from 'node:http';
import { AdminError } from './admin-error';
import { FRAME_EVENT, type LiveFrame } from './api';
import { SilentConnections } from './silent-connections';

const MOST_STREAMS = 50;
const FRAME_MS = 1_000;
/** After so long a stream ends and the page asks again, with whatever right it has then. */
const LONGEST_MS = 300_000;

/** Sends what is going on to all who watch, once a second; one reading for all of them. */
export class LiveStreams {
  readonly silent = new SilentConnections();
  private readonly open = new Map<ServerResponse, number>();
  private timer: NodeJS.Timeout | undefined;
  private isReading = false;
  private isClosed = false;

  /** @param onDropped Told of each frame that somebody missed. */
  constructor(
    private readonly frame: () => Promise<LiveFrame>,
    private readonly onDropped: (frames: number) => void,
  ) {}

  get status(): { readonly open: number; readonly most: number } {
    return { open: this.open.size, most: MOST_STREAMS };
  }

  /** Throws where there are too many; to be asked before anything is written. */
  demandRoom(): void {
    if (this.open.size < MOST_STREAMS) return;
    throw new AdminError('busy', `There are ${String(MOST_STREAMS)} streams already.`, { retryAfter: 10 });
  }

  /** Takes over a response whose head is not sent yet. */
  add(response: ServerResponse): void {
    this.silent.watchServerOf(response.socket);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
      'X-Content-Type-Options': 'nosniff',
      Connection: 'close',
    });
    response.write('retry: 3000\n\n');
    if (this.isClosed) response.end();
    // Whoever has left already is never heard of again.
    if (this.isClosed || response.destroyed) return;
    this.open.set(response, performance.now());
    response.on('close', () => {
      this.open.delete(response);
      if (this.open.size === 0) this.rest();
    });
    this.timer ??= setInterval(() => {
      void this.send();
    }, FRAME_MS).unref();
    void this.send();
  }

  /** The application ends: streams would keep it alive. */
  close(): void {
    this.isClosed = true;
    this.rest();
    for (const response of this.open.keys()) {
      // Who does not read would not let the last word out either.
      if (response.writableNeedDrain) response.destroy();
      else response.end();
    }
    this.open.clear();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async send(): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    try {
      const frame = await this.frame();
      const text = `id: ${String(frame.id)}\nevent: ${FRAME_EVENT}\ndata: ${JSON.stringify(frame)}\n\n`;
      for (const [response, sinceMs] of this.open) {
        if (performance.now() - sinceMs > LONGEST_MS) response.end();
        // Who reads slowly misses frames instead of filling the memory.
        else if (response.writableNeedDrain) this.onDropped(1);
        else response.write(text);
      }
    } catch {
      for (const response of this.open.keys()) response.write(': nothing could be read\n\n');
    } finally {
      this.isReading = false;
    }
  }
}
