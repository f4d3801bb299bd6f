import { isIP } from 'node:net';
import { type EnvironmentOptions, rateLimitOptionsFromEnv } from 'nest-floodgate';
import { z } from 'zod';

export interface Config extends z.infer<typeof environment> {
  /** Where limits are kept: the library reads the variables of that itself. */
  readonly store: EnvironmentOptions;
  /** URL of a Redis, where limits are kept by the storage of nest-lab instead. */
  readonly nestLabUrl?: string;
}

/** Some variable cannot be used. The message is for whoever starts the app, so it goes without a stack trace. */
export class EnvironmentError extends Error {}

function wholeNumber(least: number, most: number) {
  return z
    .string()
    .refine(
      (text) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most,
      `Write a whole number from ${least} to ${most}.`,
    )
    .transform(Number);
}

function oneOf<const Values extends readonly [string, ...string[]]>(...values: Values) {
  return z.enum(values, `Write one of: ${values.join(', ')}.`);
}

const proxies = z
  .string()
  .transform((text) => (/^\s*[1-9]\d?\s*$/.test(text) ? Number(text) : text.split(',').map((entry) => entry.trim())))
  .refine(
    (given) => typeof given === 'number' || given.every(isNetwork),
    'Write the number of proxies, or addresses, networks such as 10.0.0.0/8, "loopback", "linklocal" or "private", ' +
      'with commas between them.',
  );

function isNetwork(entry: string): boolean {
  if (['loopback', 'linklocal', 'private'].includes(entry)) return true;
  const [address = '', bits, ...rest] = entry.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && (bits === undefined ? most > 0 : /^\d{1,3}$/.test(bits) && Number(bits) <= most);
}

const adminToken = z.string().min(32, 'Write 32 characters or more, such as from: openssl rand -hex 32').optional();

const environment = z
  .object({
    PORT: wholeNumber(0, 65_535).default(3000),
    NODE_ENV: oneOf('development', 'production', 'test').default('development'),
    LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'log', 'debug', 'verbose').optional(),
    ADAPTER: oneOf('express', 'fastify').default('express'),
    TRUSTED_PROXIES: proxies.default([]),
    ADMIN_TOKEN: adminToken,
    ADMIN_READ_TOKEN: adminToken,
    SHUTDOWN_DELAY_MS: wholeNumber(0, 60_000).default(0),
    RATE_LIMIT_STORE: oneOf('nest-lab').optional(),
    REDIS_URL: z.string().optional(),
    RATE_LIMIT_CHAT: wholeNumber(1, 1_000_000).default(100),
    RATE_LIMIT_REQUESTS: wholeNumber(1, 1_000_000).default(200),
  })
  .refine(({ RATE_LIMIT_STORE, REDIS_URL }) => RATE_LIMIT_STORE === undefined || REDIS_URL !== undefined, {
    path: ['RATE_LIMIT_STORE'],
    message: 'Set REDIS_URL, too: nest-lab keeps limits in Redis.',
  })
  .transform((variables) => ({
    port: variables.PORT,
    environment: variables.NODE_ENV,
    /** Nest tells much at `log`; the limiter only where its limits are kept, and when that changes. */
    logLevel: variables.LOG_LEVEL ?? 'warn',
    limiterLogLevel: variables.LOG_LEVEL ?? 'log',
    adapter: variables.ADAPTER,
    trustedProxies: variables.TRUSTED_PROXIES,
    /** Opens /admin. Without one there is no such page, except in development, where main.ts makes one up. */
    adminToken: variables.ADMIN_TOKEN,
    /** Lets its bearer look at /admin and change nothing. */
    adminReadToken: variables.ADMIN_READ_TOKEN,
    /** How long the app goes on serving once it is not ready any more. */
    shutdownDelayMs: variables.SHUTDOWN_DELAY_MS,
    ...(variables.RATE_LIMIT_STORE === undefined ? {} : { nestLabUrl: variables.REDIS_URL as string }),
    limits: { chat: variables.RATE_LIMIT_CHAT, requests: variables.RATE_LIMIT_REQUESTS },
  }));

/**
 * Reads everything that the app takes from its environment. Throws an EnvironmentError, or for the store's variables the
 * library's ConfigurationError, that names all that is wrong.
 */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  // A variable that is set to nothing means "not set": files and containers often write it so.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim() !== ''));
  const { success, data, error } = environment.safeParse(given);
  if (success) return { ...data, store: rateLimitOptionsFromEnv(variables) };
  const lines = error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    const shown = name.endsWith('_TOKEN') ? 'too short' : JSON.stringify(given[name]);
    return `  ${name} is ${shown}. ${message}`;
  });
  throw new EnvironmentError(`The environment cannot be used:\n${lines.join('\n')}`);
}
