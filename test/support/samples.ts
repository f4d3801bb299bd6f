import { Agent, request } from 'node:http';
import { until } from './load-until';
import { AppProcess } from './process';
import type { RedisServer } from './redis/index.mjs';

/** What one client may ask the sample's chat in a minute, over all of its processes. */
export const CHAT_LIMIT = 100;

/** Some processes of the sample on one Redis. */
export class Samples {
  private readonly processes: AppProcess[] = [];
  readonly urls: string[] = [];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  /** @param variables Of the environment; they win over those that are set here. */
  static async start(
    count: number,
    server: RedisServer,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Samples> {
    const samples = new Samples();
    for (let i = 0; i < count; i++) {
      samples.processes.push(
        new AppProcess('sample', {
          PORT: '0',
          LOG_LEVEL: 'error',
          ADAPTER: 'fastify',
          TRUSTED_PROXIES: 'loopback',
          REDIS_URL: server.url,
          RATE_LIMIT_CHAT: String(CHAT_LIMIT),
          RATE_LIMIT_REQUESTS: '1000000',
          // Whatever Redis did not decide shows as 503; a busy machine may take its time to decide it.
          RATE_LIMIT_FALLBACK_MEMORY: 'false',
          RATE_LIMIT_REDIS_DEADLINE_MS: '5000',
          ...variables,
        }),
      );
    }
    for (const app of samples.processes) samples.urls.push(`http://127.0.0.1:${await app.port()}`);
    // As Kubernetes does: a process listens before it is connected, and refuses by then what only Redis can decide.
    for (const url of samples.urls) await until('a start', async () => (await fetch(`${url}/startupz`)).ok);
    return samples;
  }

  /** What the processes wrote to stderr, but for news among them that a busy machine has kept for more than a second. */
  get complaints(): readonly string[] {
    const lines = this.processes.flatMap(({ errors }) => errors.split('\n').filter((line) => line !== ''));
    return lines.filter((line) => !/statistics could not be shared|Overrides and lists cannot be read/.test(line));
  }

  /** The status of one request of a client to one of the processes. */
  chat(turn: number, address: string): Promise<number> {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
    return new Promise((resolve, reject) => {
      const url = `${this.urls[turn % this.urls.length]!}/api/chat`;
      const sent = request(url, { method: 'POST', agent: this.agent, headers }, (response) => {
        response.resume().on('end', () => {
          resolve(response.statusCode ?? 0);
        });
      });
      sent.on('error', reject);
      sent.end('{"message":"hello"}');
    });
  }

  /** Ends one of the processes at once. */
  kill(turn: number): Promise<void> {
    return this.processes[turn]!.kill();
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await Promise.all(this.processes.map((app) => app.kill()));
  }
}
