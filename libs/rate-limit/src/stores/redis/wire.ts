import type { LeaseReturn, LeaseTerms } from '../../core/lease/lease';
import type { Charge } from '../../core/store';
import type { AskGroup } from './ask-group';
import type { RedisScript } from './script';

/** One call of the store, on its way to Redis. */
export type Ask =
  | { readonly kind: 'consume' | 'peek'; readonly charges: readonly Charge[] }
  | { readonly kind: 'consumeUpTo'; readonly charges: readonly [Charge] }
  | { readonly kind: 'refund'; readonly charges: readonly [Charge]; readonly units: number; readonly mark: number }
  | { readonly kind: 'lease'; readonly charges: readonly Charge[]; readonly terms: LeaseTerms }
  | { readonly kind: 'giveBack'; readonly charges: readonly Charge[]; readonly lease: LeaseReturn };

/** What to hand to EVALSHA. */
export interface ScriptCall {
  readonly script: RedisScript;
  readonly keys: readonly string[];
  readonly args: readonly (string | number | Buffer)[];
}

/** A call of lua/decide.lua: the reply tells of its groups. */
export interface DecideCall extends ScriptCall {
  readonly groups: readonly AskGroup[];
}

export { encodeAsks } from './wire-encode';
export { type Answer, decodeReply } from './wire-decode';
