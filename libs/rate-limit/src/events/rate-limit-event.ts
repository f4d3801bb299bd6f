import type { PolicyDecision } from '../core/decision';

/** A policy refused a call. */
export interface LimitedEvent {
  readonly type: 'limited';
  readonly atMs: number;
  readonly decision: PolicyDecision;
  /** Who was refused: kind and value, such as `user:42`. */
  readonly identity: string;
}

/** A call left a key with a fifth of its limit or less, and the one before had not. */
export interface NearLimitEvent {
  readonly type: 'near-limit';
  readonly atMs: number;
  readonly decision: PolicyDecision;
  readonly identity: string;
}

/** The store does not answer decisions any more, or does so again. */
export interface StoreEvent {
  readonly type: 'store-lost' | 'store-recovered';
  readonly atMs: number;
  readonly reason: string;
}

/** A node is not called any more (`open`), or is called again. */
export interface BreakerEvent {
  readonly type: 'breaker';
  readonly atMs: number;
  readonly node: string;
  readonly state: 'open' | 'closed';
  readonly reason: string;
}

/** The first decision made without the store, or the end of that. */
export interface FallbackEvent {
  readonly type: 'fallback';
  readonly atMs: number;
  readonly active: boolean;
}

/** The policies of this process changed after its start. */
export interface PolicyChangedEvent {
  readonly type: 'policy-changed';
  readonly atMs: number;
  readonly policy: string;
  readonly change: 'added' | 'removed' | 'changed';
}

export type RateLimitEvent =
  LimitedEvent | NearLimitEvent | StoreEvent | BreakerEvent | FallbackEvent | PolicyChangedEvent;

export type RateLimitEventType = RateLimitEvent['type'];

/** The event of a type. */
export type RateLimitEventOf<Type extends RateLimitEventType> = Extract<RateLimitEvent, { readonly type: Type }>;

export const EVENT_TYPES = [
  'limited',
  'near-limit',
  'store-lost',
  'store-recovered',
  'breaker',
  'fallback',
  'policy-changed',
] as const satisfies readonly RateLimitEventType[];
