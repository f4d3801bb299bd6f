import type { Caller } from './script-loader';
import type { ScriptCall } from './wire';

/** Told how long each command took, or what it failed with; also of a script that was forgotten, once a load. */
export interface CommandObserver {
  answered(command: string, ms: number): void;
  failed(error: unknown): void;
}

/** What a lane needs to know of its node, and of the store it works for. */
export interface LaneOptions {
  /** Address of the node, for messages. */
  readonly node: string;
  readonly isCluster: boolean;
  readonly deadlineMs: number;
  readonly keyOf: (identity: string) => string;
  readonly send: (call: ScriptCall, caller: Caller) => Promise<unknown>;
  /** One cheap call; `undefined` where there is no connection to make it on. */
  readonly ping: () => Promise<unknown> | undefined;
  readonly onStateChange: (state: 'open' | 'closed', reason: string) => void;
  readonly onCommand?: CommandObserver | undefined;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Only for tests: the time that scripts go by, instead of that of Redis. */
  readonly nowTicks?: (() => number) | undefined;
}
