import { measureApps } from './http-load.mjs';

/**
 * An application comes to its full speed, with a limiter and without, only in its third to fifth second under load: V8
 * compiles beside it, on a processor that the load needs. A decision in memory is less than what that costs.
 */
const WARM_UP_SECONDS = 4;

/** Three policies in memory on every request. */
export function measureHttp() {
  const labels = {
    'default headers': '3 policies in memory, default headers',
    'headers: false': '3 policies in memory, headers: false',
    '@nestjs/throttler': 'one throttler of @nestjs/throttler',
  };
  return measureApps(labels, { warmUpSeconds: WARM_UP_SECONDS });
}
