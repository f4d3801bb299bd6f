import type { MaybePromise } from './store';

/**
 * Who is limited: a kind and a value. Buckets are kept by both, so that a fallback (`ip:…` where no user was found)
 * can never meet another kind that happens to have the same value.
 */
export interface KeyResolver<Context> {
  /** The kind of identity: `ip`, `user`, `header`, … */
  readonly kind: string;
  /** The value for one request, or `undefined` where the request has none. */
  resolve(context: Context): MaybePromise<string | undefined>;
  /** For keys that code passes: the value as `resolve` would have returned it. Always the same for the same key. */
  normalize?(value: string): string;
  /** Whether a guard before authentication cannot know the key yet. */
  readonly needsUser?: boolean;
}

/** A function of the request that returns its key, instead of a resolver. Its kind is `key`. */
export type KeyFunction<Context> = (context: Context) => MaybePromise<string | undefined>;

/** Longer keys are cut to this many characters and told apart by a digest of the whole. */
export const MAX_KEY_LENGTH = 128;

/**
 * The text that a store keeps an identity by. Any string is fine as a value: long ones are shortened, so that a client
 * who sends huge keys cannot fill the memory.
 */
export function identityOf(kind: string, value: string, digest: (value: string) => string): string {
  return value.length <= MAX_KEY_LENGTH
    ? shortIdentity(kind, value)
    : shortIdentity(kind, `${value.slice(0, 32)}…${digest(value)}`);
}

/** `identityOf` for a value that cannot be long. */
export function shortIdentity(kind: string, value: string): string {
  return `${kind}:${value}`;
}
