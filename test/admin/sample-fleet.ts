import { AppProcess } from '../support/process';
import type { RedisServer } from '../support/redis/index.mjs';
import { type Answer, answerOf, askAdmin, TOKEN } from './admin-app';

/** Processes of the sample on one Redis, each with the admin API. */
export class SampleFleet {
  private readonly urls: string[] = [];

  private constructor(readonly processes: readonly AppProcess[]) {}

  static async start(count: number, { url }: RedisServer): Promise<SampleFleet> {
    const variables = { PORT: '0', TRUSTED_PROXIES: 'loopback', ADMIN_TOKEN: TOKEN, REDIS_URL: url };
    const adapters = ['express', 'fastify'] as const;
    const fleet = new SampleFleet(
      Array.from(
        { length: count },
        // A busy machine may take its time to decide.
        (_, i) =>
          new AppProcess('sample', { ...variables, ADAPTER: adapters[i % 2]!, RATE_LIMIT_REDIS_DEADLINE_MS: '5000' }),
      ),
    );
    for (const app of fleet.processes) fleet.urls.push(`http://127.0.0.1:${String(await app.port())}`);
    return fleet;
  }

  /** A request to the admin API of one process. */
  ask<Body = Record<string, unknown>>(
    index: number,
    method: string,
    path: string,
    body?: unknown,
    version?: number,
  ): Promise<Answer<Body>> {
    return askAdmin<Body>(`${this.urls[index]!}/admin`, method, path, body, version);
  }

  /** What a client gets that chats with one process. */
  async chat(index: number, address: string): Promise<Answer<unknown>> {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
    return answerOf(
      await fetch(`${this.urls[index]!}/api/chat`, { method: 'POST', headers, body: '{"message":"hello"}' }),
    );
  }

  /** What the limit of chats is by the headers of one process. */
  async chatLimit(index: number): Promise<number> {
    const from = `198.51.100.${String(Math.floor(Math.random() * 250))}`;
    const policies = (await this.chat(index, from)).headers.get('ratelimit-policy') ?? '';
    return Number(/"chat";q=(\d+)/.exec(policies)?.[1]);
  }

  output(index: number): string {
    const { output, errors } = this.processes[index]!;
    return output + errors;
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((app) => app.kill()));
  }
}
