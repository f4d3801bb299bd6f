/**
 * What `@Throttle()` and `@SkipThrottle()` of @nestjs/throttler leave on a handler or controller. Read by the names of
 * the metadata, so that nothing here needs that package.
 */

/** An option of a throttler: a value, or a function of Nest's context. */
export type ThrottleOption = 'limit' | 'ttl' | 'blockDuration' | 'getTracker' | 'generateKey';

const KEYS: Readonly<Record<ThrottleOption, string>> = {
  limit: 'THROTTLER:LIMIT',
  ttl: 'THROTTLER:TTL',
  blockDuration: 'THROTTLER:BLOCK_DURATION',
  getTracker: 'THROTTLER:TRACKER',
  generateKey: 'THROTTLER:KEY_GENERATOR',
};
const SKIP = 'THROTTLER:SKIP';
/** What both decorators call a throttler that was given no name. */
export const DEFAULT_THROTTLER = 'default';

/** What one target says of one throttler. What it does not say is `undefined`. */
export type ThrottleOverrides = Readonly<Record<ThrottleOption, unknown>>;

export function throttleOverrides(target: object, name: string): ThrottleOverrides {
  // JavaScript may say null for what it leaves out.
  const read = (option: ThrottleOption): unknown => Reflect.getMetadata(KEYS[option] + name, target) ?? undefined;
  return {
    limit: read('limit'),
    ttl: read('ttl'),
    blockDuration: read('blockDuration'),
    getTracker: read('getTracker'),
    generateKey: read('generateKey'),
  };
}

/**
 * Whether a target skips a throttler, `undefined` where it says nothing of it. A bare `@SkipThrottle()` names `default`:
 * where no throttler has that name, it means all of them.
 */
export function throttleSkip(target: object, name: string, names: readonly string[]): boolean | undefined {
  const own = Reflect.getMetadata(SKIP + name, target) as boolean | undefined;
  if (own !== undefined || names.includes(DEFAULT_THROTTLER)) return own;
  return Reflect.getMetadata(SKIP + DEFAULT_THROTTLER, target) as boolean | undefined;
}

/** The throttlers that a target names in either decorator. */
export function throttlersNamedBy(target: object): {
  readonly throttled: ReadonlySet<string>;
  readonly skipped: ReadonlySet<string>;
} {
  const keys = Reflect.getMetadataKeys(target).filter((key) => typeof key === 'string');
  const named = (prefix: string): Set<string> =>
    new Set(keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)));
  return { throttled: named(KEYS.limit), skipped: named(SKIP) };
}
