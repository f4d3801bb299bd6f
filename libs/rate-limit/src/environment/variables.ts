import { z } from 'zod';
import { shown } from '../stores/redis/redis-options-address';
import type { Problems } from '../core/problems';

/** What `rateLimitOptionsFromEnv` reads; others may be there. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type Variables = z.infer<typeof schema>;

const YES = ['true', '1', 'yes', 'on'];
const NO = ['false', '0', 'no', 'off'];

const flag = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .refine((text) => YES.includes(text) || NO.includes(text), 'Write true or false.')
  .transform((text) => YES.includes(text))
  .optional();

const text = z.string().trim().optional();

/** As it stands: blanks may belong to it. */
const secret = z.string().optional();

const list = z
  .string()
  .transform((entries) => entries.split(',').map((entry) => entry.trim()))
  .transform((entries) => entries.filter((entry) => entry !== ''))
  .optional();

const MOST_INSTANCES = 1_000_000;

const instances = z
  .string()
  .refine((digits) => /^\s*\d{1,7}\s*$/.test(digits), `Write a whole number from 1 to ${MOST_INSTANCES}.`)
  .transform(Number)
  .refine((count) => count >= 1 && count <= MOST_INSTANCES, `Write a whole number from 1 to ${MOST_INSTANCES}.`)
  .optional();

/** Numbers of the Redis store stay text: the store's own check reads them. */
const schema = z.object({
  NODE_ENV: text,
  USE_REDIS_RATE_LIMIT: flag,
  RATE_LIMIT_USE_REDIS: flag,
  RATE_LIMIT_FALLBACK_MEMORY: flag,
  RATE_LIMIT_INSTANCES: instances,
  REDIS_URL: secret,
  REDIS_HOST: text,
  REDIS_PORT: text,
  REDIS_PASSWORD: secret,
  RATE_LIMIT_REDIS_HOST: text,
  RATE_LIMIT_REDIS_PORT: text,
  RATE_LIMIT_REDIS_DB: text,
  RATE_LIMIT_REDIS_USERNAME: text,
  RATE_LIMIT_REDIS_PASSWORD: secret,
  RATE_LIMIT_REDIS_TLS: flag,
  RATE_LIMIT_REDIS_SENTINELS: list,
  RATE_LIMIT_REDIS_SENTINEL_NAME: text,
  RATE_LIMIT_REDIS_SENTINEL_PASSWORD: secret,
  RATE_LIMIT_REDIS_CLUSTER_NODES: list,
  RATE_LIMIT_REDIS_KEY_PREFIX: text,
  RATE_LIMIT_REDIS_DEADLINE_MS: text,
});

/** A variable that is set to nothing means "not set": files and containers often write it so. */
function givenIn(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== '');
  return Object.fromEntries(entries) as Record<string, string>;
}

/** The variables by their meaning. What has none is a problem, and is missing. */
export function readVariables(environment: Environment, problems: Problems): Variables {
  const given = givenIn(environment);
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  for (const { path, message } of error.issues) {
    const name = String(path[0]);
    problems.add(name, `is ${shown(given[name])}.`, message);
  }
  return {};
}

/** Names that are set and look like variables of the Redis store, but are none. */
export function unknownIn(environment: Environment): string[] {
  return Object.keys(givenIn(environment)).filter(
    (name) => name.startsWith('RATE_LIMIT_REDIS_') && !Object.hasOwn(schema.shape, name),
  );
}
