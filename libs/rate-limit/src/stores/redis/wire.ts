import type { Charge } from '../../core/store';
import type { RedisScript } from './script';

/** One call of the store, on its way to Redis. */
export type Ask =
  | { readonly kind: 'consume' | 'peek'; readonly charges: readonly Charge[] }
  | { readonly kind: 'consumeUpTo'; readonly charges: readonly [Charge] }
  | { readonly kind: 'refund'; readonly charges: readonly [Charge]; readonly units: number; readonly mark: number };

/** What to hand to EVALSHA. */
export interface ScriptCall {
  readonly script: RedisScript;
  readonly keys: readonly string[];
  readonly args: readonly (string | number | Buffer)[];
}

export { encodeAsks } from './wire-encode';
export { decodeReply } from './wire-decode';
