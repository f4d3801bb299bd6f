import { ADMIN_HEADER } from 'nest-floodgate/admin';
import { type AdapterName, type RunningApp } from '../../support/apps';
import { newAddress } from '../../support/client';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { until } from '../../support/load-until';
import { startSample } from '../../support/sample';

export const TOKEN = 'a-token-for-tests-of-more-than-32-characters';
export const READ_TOKEN = 'another-token-that-may-look-and-not-touch';

/** What a client of the sample was told. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** The sample as two instances on one Redis of its own: what the page is tested against. */
export class Stage {
  private constructor(
    readonly adapter: AdapterName,
    readonly redis: RedisServer,
    readonly instances: readonly RunningApp[],
  ) {}

  static async start(adapter: AdapterName, variables: Readonly<Record<string, string>> = {}): Promise<Stage> {
    const redis = await startRedis();
    const sample = () =>
      startSample(adapter, {
        REDIS_URL: redis.url,
        ADMIN_TOKEN: TOKEN,
        ADMIN_READ_TOKEN: READ_TOKEN,
        RATE_LIMIT_REQUESTS: '1000000',
        RATE_LIMIT_CHAT: '5',
        LOG_LEVEL: 'fatal',
        // Exact numbers are told by Redis alone; a busy machine may take its time to decide.
        RATE_LIMIT_REDIS_DEADLINE_MS: '5000',
        ...variables,
      });
    const stage = new Stage(adapter, redis, [await sample(), await sample()]);
    await until('both instances to share what operators decide', () => stage.isShared());
    return stage;
  }

  /** The page at the first instance. */
  get url(): string {
    return `${this.instances[0]!.url}/admin`;
  }

  /** Whether Redis answers, and both instances have said so there. */
  private async isShared(): Promise<boolean> {
    const { redis, instances, degraded } = await this.ask<{
      redis: { connected: boolean } | null;
      instances: { alive: boolean; upToDate: boolean }[];
      degraded: unknown[];
    }>('GET', 'system');
    const ready = instances.filter(({ alive, upToDate }) => alive && upToDate).length;
    return redis?.connected === true && ready === 2 && degraded.length === 0;
  }

  async stop(): Promise<void> {
    await Promise.all(this.instances.map((app) => app.close()));
    await this.redis.stop();
  }

  /** A request to the admin API by somebody who may do everything; `version` is what a change is based on. */
  async ask<Body = Record<string, unknown>>(
    method: Method,
    path: string,
    body?: unknown,
    version?: number,
  ): Promise<Body> {
    const change = method === 'GET' ? {} : { [ADMIN_HEADER]: '1', 'content-type': 'application/json' };
    const match = version === undefined ? {} : { 'if-match': String(version) };
    const response = await fetch(`${this.url}/api/${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...change, ...match },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Body;
  }

  /** A message to the chat: RATE_LIMIT_CHAT a minute for an address. */
  chat(address: string, instance = 0): Promise<Told> {
    const headers = { 'x-forwarded-for': address, 'content-type': 'application/json' };
    return this.told(instance, '/api/chat', { method: 'POST', headers, body: '{"message":"hello"}' });
  }

  /** A guess at somebody's password: 5 in a quarter of an hour for an address and a name. */
  login(username: string, address: string): Promise<Told> {
    const headers = { 'x-forwarded-for': address, 'content-type': 'application/json' };
    return this.told(0, '/api/login', {
      method: 'POST',
      headers,
      body: JSON.stringify({ username, password: 'guess' }),
    });
  }

  /** What a user asks for: 10 a minute. */
  plans(user: string, address = newAddress()): Promise<Told> {
    return this.told(0, '/api/plans', { headers: { 'x-user': user, 'x-forwarded-for': address } });
  }

  items(address: string, instance = 0): Promise<Told> {
    return this.told(instance, '/api/v1/items', { headers: { 'x-forwarded-for': address } });
  }

  /** Several in turn. */
  async times(count: number, call: () => Promise<Told>): Promise<readonly number[]> {
    const statuses: number[] = [];
    for (let i = 0; i < count; i++) statuses.push((await call()).status);
    return statuses;
  }

  private async told(instance: number, path: string, init: RequestInit): Promise<Told> {
    const response = await fetch(`${this.instances[instance]!.url}${path}`, init);
    await response.text();
    return { status: response.status, headers: response.headers };
  }
}
