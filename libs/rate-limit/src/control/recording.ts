import type { RecordingDocument } from './documents';
import { isInForce } from './documents';

/** One decision of a policy, as much of it as is needed to make it again. */
export interface RecordedEvent {
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly identity: string;
  readonly bucketId: string;
  readonly cost: number;
  /** The limit that came with the request; `undefined` where it was the policy's own. */
  readonly limit: number | undefined;
}

/** Events of one instance, in the order in which they were decided. */
export interface RecordedChunk {
  readonly text: string;
  readonly events: number;
  /** Events for which there was no room since the chunk before. */
  readonly dropped: number;
}

export interface RecordedFacts {
  readonly events: number;
  readonly dropped: number;
  /** When the oldest and the newest chunk were written, in Unix milliseconds. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** Keeps recorded traffic of all instances. Everything rejects where it cannot be done within a second. */
export interface RecordingStore {
  /** Forgets what is older than `keepMs`, and the oldest where there are more than `most` events. */
  add(chunk: RecordedChunk, keepMs: number, most: number): Promise<void>;
  /** Of all chunks, oldest first. */
  texts(): Promise<readonly string[]>;
  facts(): Promise<RecordedFacts>;
  forget(): Promise<void>;
}

/** The most events kept at once, over all instances: about 2 MB, and at most 14 MB where every key is new and long. */
export const MOST_EVENTS = 100_000;
export const RECORDING_ID = 'recording';
export const DEFAULT_ONE_IN = 16;
export const DEFAULT_RETENTION_MS = 3_600_000;

/** Whether traffic is recorded now. */
export function isRecording(document: RecordingDocument | undefined, nowMs: number): document is RecordingDocument {
  return document !== undefined && document.enabled && isInForce(document, nowMs);
}

interface ChunkBody {
  /** One in so many keys. */
  readonly n: number;
  /** What the times are counted from. */
  readonly t: number;
  readonly k: readonly string[];
  readonly b: readonly string[];
  /** Time, index of key, index of bucket, cost and limit (-1: none of its own) of each event. */
  readonly e: readonly number[];
}

const NUMBERS_EACH = 5;

/** Collects events, and writes each key and bucket once. */
export class ChunkWriter {
  private readonly keys = new Map<string, number>();
  private readonly buckets = new Map<string, number>();
  private readonly numbers: number[] = [];

  constructor(
    private readonly oneIn: number,
    private readonly startMs: number,
  ) {}

  get events(): number {
    return this.numbers.length / NUMBERS_EACH;
  }

  add({ atMs, identity, bucketId, cost, limit = -1 }: RecordedEvent): void {
    const key = indexIn(this.keys, identity);
    this.numbers.push(atMs - this.startMs, key, indexIn(this.buckets, bucketId), cost, limit);
  }

  get text(): string {
    const body: ChunkBody = {
      n: this.oneIn,
      t: this.startMs,
      k: [...this.keys.keys()],
      b: [...this.buckets.keys()],
      e: this.numbers,
    };
    return JSON.stringify(body);
  }
}

/** The events of a chunk; none where it was recorded of another share of the keys, or cannot be read. */
export function readChunk(text: string, oneIn: number): readonly RecordedEvent[] {
  const body = bodyOf(text);
  if (body?.n !== oneIn) return [];
  const events: RecordedEvent[] = [];
  for (let i = 0; i + NUMBERS_EACH <= body.e.length; i += NUMBERS_EACH) {
    const [time, key, bucket, cost, limit] = body.e.slice(i, i + NUMBERS_EACH) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const identity = body.k[key];
    const bucketId = body.b[bucket];
    if (identity === undefined || bucketId === undefined) continue;
    events.push({ atMs: body.t + time, identity, bucketId, cost, limit: limit < 0 ? undefined : limit });
  }
  return events;
}

function bodyOf(text: string): ChunkBody | undefined {
  try {
    return JSON.parse(text) as ChunkBody;
  } catch {
    return undefined;
  }
}

function indexIn(known: Map<string, number>, text: string): number {
  const found = known.get(text);
  if (found !== undefined) return found;
  known.set(text, known.size);
  return known.size - 1;
}
