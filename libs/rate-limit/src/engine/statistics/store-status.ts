/** `unknown`: nothing was heard of the store yet. `degraded`: decisions are made without it. */
export type StoreState = 'unknown' | 'up' | 'degraded';

/** A store as whoever operates it wants to see it. */
export interface StoreStatusSnapshot {
  /** `memory`, `redis`, or what a store of the user's own calls itself. */
  readonly kind: string;
  readonly state: StoreState;
  /** Unix milliseconds at which the state began. */
  readonly sinceMs: number;
  /** Nodes that are not called for now. */
  readonly breakersOpen: readonly string[];
  /** What went wrong last, and when; kept after it is well again. */
  readonly lastError: { readonly message: string; readonly atMs: number } | undefined;
}

export interface StoreStatusListener {
  stateChanged(state: 'up' | 'degraded', reason: string): void;
  breakerChanged(node: string, state: 'open' | 'closed', reason: string): void;
}

const LONGEST_MESSAGE = 300;

/** Where the store stands, as whoever calls it tells. A store in this process is always up. */
export class StoreStatus {
  private state: StoreState = 'unknown';
  private sinceMs: number;
  private lastError: StoreStatusSnapshot['lastError'];
  private readonly open = new Set<string>();

  private kind = 'unknown';

  constructor(
    private readonly listener?: StoreStatusListener,
    private readonly unixMs: () => number = Date.now,
  ) {
    this.sinceMs = unixMs();
  }

  /** Which store it is. To be called once, when it was opened. */
  opened(kind: string): void {
    this.kind = kind;
    if (kind === 'memory') this.state = 'up';
  }

  /** It has no connection that comes and goes: until a call to it fails, it is well. */
  isAskedOnly(): void {
    this.state = 'up';
  }

  /** The connection came or went, or the store answers decisions again or no more. */
  changed(state: 'up' | 'degraded', reason: string): void {
    if (state === 'degraded') this.failed(reason);
    if (this.state === state) return;
    const isFirst = this.state === 'unknown';
    this.state = state;
    this.sinceMs = this.unixMs();
    if (!isFirst || state === 'degraded') this.listener?.stateChanged(state, reason);
  }

  breakerChanged(node: string, state: 'open' | 'closed', reason: string): void {
    if (state === 'open') {
      this.open.add(node);
      this.failed(reason);
    } else {
      this.open.delete(node);
    }
    this.listener?.breakerChanged(node, state, reason);
    // A node that answers its probe is well, though no decision has asked it since.
    if (state === 'closed' && this.open.size === 0 && this.state === 'degraded') this.changed('up', reason);
  }

  failed(message: string): void {
    this.lastError = { message: message.slice(0, LONGEST_MESSAGE), atMs: this.unixMs() };
  }

  snapshot(): StoreStatusSnapshot {
    const { kind, state, sinceMs, lastError } = this;
    return { kind, state, sinceMs, breakersOpen: [...this.open], lastError };
  }
}
