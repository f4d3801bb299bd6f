import { measureApps } from './http-load.mjs';

/** Three policies in memory on every request. */
export function measureHttp() {
  return measureApps({
    'default headers': '3 policies in memory, default headers',
    'headers: false': '3 policies in memory, headers: false',
    '@nestjs/throttler': 'one throttler of @nestjs/throttler',
  });
}
