import type { ThrottlerOptions } from '@nestjs/throttler';
import { nameOf } from './route-throttlers';
import { parseNumber } from './throttler-numbers';

/** By length of time, as @nestjs/throttler asks them; those whose time depends on the request come last. */
export function sortedThrottlers(throttlers: readonly ThrottlerOptions[]): ThrottlerOptions[] {
  const order = ({ ttl }: ThrottlerOptions): number => (typeof ttl === 'function' ? Infinity : (parseNumber(ttl) ?? 0));
  return throttlers
    .map((throttler) => ({ ...throttler, name: nameOf(throttler) }))
    .sort((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b)));
}

/** What holds of all throttlers, without what is not set. */
export function commonOf(
  common: Pick<ThrottlerOptions, 'skipIf' | 'ignoreUserAgents' | 'setHeaders'> | undefined,
): Partial<ThrottlerOptions> {
  const { skipIf, ignoreUserAgents, setHeaders } = common ?? {};
  return {
    ...(skipIf === undefined ? {} : { skipIf }),
    ...(ignoreUserAgents === undefined ? {} : { ignoreUserAgents }),
    ...(setHeaders === undefined ? {} : { setHeaders }),
  };
}
