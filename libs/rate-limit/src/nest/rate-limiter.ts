import { KeyLimiter } from '../engine/key-limiter';
import type { RateLimitContext } from './rate-limit-context';

/** The limiter for code: inject it to limit anything, with or without a request. */
export class RateLimiter extends KeyLimiter<RateLimitContext> {}
