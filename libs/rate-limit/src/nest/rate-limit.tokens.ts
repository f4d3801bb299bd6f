/** Injection token of everything that one `forRoot` made; internal. */
export const RATE_LIMIT_RUNTIME = Symbol('RATE_LIMIT_RUNTIME');
