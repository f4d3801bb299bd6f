import type { RecordedChunk, RecordedFacts, RecordingStore } from './recording';

/** Recorded traffic of an instance that is alone. */
export class MemoryRecording implements RecordingStore {
  private chunks: (RecordedChunk & { readonly atMs: number })[] = [];
  private events = 0;
  private dropped = 0;

  constructor(private readonly unixMs: () => number = Date.now) {}

  add(chunk: RecordedChunk, keepMs: number, most: number): Promise<void> {
    const nowMs = this.unixMs();
    this.chunks.push({ ...chunk, atMs: nowMs });
    this.events += chunk.events;
    this.dropped += chunk.dropped;
    for (let oldest = this.chunks[0]; oldest !== undefined; oldest = this.chunks[0]) {
      const isOld = oldest.atMs < nowMs - keepMs;
      if (!isOld && this.events <= most) break;
      this.chunks.shift();
      this.events -= oldest.events;
      if (!isOld) this.dropped += oldest.events;
    }
    return Promise.resolve();
  }

  texts(): Promise<readonly string[]> {
    return Promise.resolve(this.chunks.map(({ text }) => text));
  }

  facts(): Promise<RecordedFacts> {
    const { events, dropped, chunks } = this;
    return Promise.resolve({ events, dropped, fromMs: chunks[0]?.atMs, toMs: chunks.at(-1)?.atMs });
  }

  forget(): Promise<void> {
    this.chunks = [];
    this.events = 0;
    this.dropped = 0;
    return Promise.resolve();
  }
}
