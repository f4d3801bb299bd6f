import { type ControlRedis, runScript } from './control-redis';
import type { RecordedChunk, RecordedFacts, RecordingStore } from './recording';
import * as scripts from './recording-scripts';

/** Few enough for an answer of less than a megabyte. */
const CHUNKS_AT_ONCE = 20;

/** Recorded traffic of all instances, in one stream of Redis that ends by itself. */
export class RedisRecording implements RecordingStore {
  private readonly stream: string;
  private readonly counts: string;

  constructor(
    private readonly client: ControlRedis,
    base: string,
  ) {
    this.stream = `${base}:recording`;
    this.counts = `${base}:recorded`;
  }

  async add({ text, events, dropped }: RecordedChunk, keepMs: number, most: number): Promise<void> {
    await runScript(this.client, scripts.RECORD, [this.stream, this.counts], [text, events, dropped, most, keepMs]);
  }

  async texts(): Promise<readonly string[]> {
    const texts: string[] = [];
    for (let from = '-'; ;) {
      const reply = await runScript(this.client, scripts.RECORDED, [this.stream], [from, CHUNKS_AT_ONCE]);
      const page = reply as [id: string, fields: string[]][];
      texts.push(...page.map(([, fields]) => fields[3] as string));
      const last = page.at(-1);
      if (last === undefined || page.length < CHUNKS_AT_ONCE) return texts;
      from = `(${last[0]}`;
    }
  }

  async facts(): Promise<RecordedFacts> {
    const reply = await runScript(this.client, scripts.RECORDED_FACTS, [this.stream, this.counts], []);
    const [events, dropped, first = '', last = ''] = reply as string[];
    return { events: Number(events), dropped: Number(dropped), fromMs: timeOf(first), toMs: timeOf(last) };
  }

  async forget(): Promise<void> {
    await runScript(this.client, scripts.FORGET_RECORDED, [this.stream, this.counts], []);
  }
}

function timeOf(id: string): number | undefined {
  return id === '' ? undefined : Number(id.split('-')[0]);
}
