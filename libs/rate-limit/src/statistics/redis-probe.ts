import { within } from './statistics-redis';

/** What a probe asks of a client: a structural part of ioredis' `Redis` and `Cluster`. */
export interface ProbedRedis {
  readonly status: string;
  ping(): Promise<string>;
  info(): Promise<string>;
  readonly options?: { readonly sentinels?: unknown; readonly host?: unknown; readonly port?: unknown };
  /** Of a Cluster only. */
  nodes?(role: 'all' | 'master'): readonly ProbedRedis[];
}

/** What a Redis says of itself. What it does not say, or may not, is `undefined`. */
export interface RedisFacts {
  /** `host:port` of a node of a Cluster. */
  readonly node: string | undefined;
  readonly version: string | undefined;
  readonly role: string | undefined;
  readonly memoryUsedBytes: number | undefined;
  /** 0 where there is no maximum. */
  readonly memoryMaxBytes: number | undefined;
  readonly memoryPolicy: string | undefined;
  readonly evictedKeys: number | undefined;
  readonly connectedReplicas: number | undefined;
  readonly connectedClients: number | undefined;
  readonly isCluster: boolean | undefined;
}

export interface RedisPing {
  readonly isUp: boolean;
  /** The round trip; of a Cluster, that of its slowest node. */
  readonly latencyMs: number | undefined;
  readonly error: string | undefined;
  /** Nodes asked: 1, or the masters of a Cluster. */
  readonly nodes: number;
}

/** Answers are kept for so long, so that many probes are no load. */
const PING_KEPT_MS = 1_000;
const FACTS_KEPT_MS = 5_000;

/** Asks Redis how it is: never waits longer than told, and never asks for the same twice at once. */
export class RedisProbe {
  private readonly pings = new Kept(PING_KEPT_MS, (timeoutMs) => this.pingNow(timeoutMs));
  private readonly infos = new Kept(FACTS_KEPT_MS, (timeoutMs) => this.askFacts(timeoutMs));

  constructor(private readonly client: ProbedRedis) {}

  /** Connections of this process to Redis that are up. */
  get connections(): number {
    const all = this.client.nodes?.('all') ?? [this.client];
    return all.filter(({ status }) => status === 'ready').length;
  }

  /** Whether Sentinels say which Redis it is. */
  get hasSentinels(): boolean {
    return Array.isArray(this.client.options?.sentinels);
  }

  /** Never rejects. */
  ping(timeoutMs: number): Promise<RedisPing> {
    return this.pings.get(timeoutMs);
  }

  /** One entry a node that answered; none where that is not allowed. Never rejects. */
  facts(timeoutMs: number): Promise<readonly RedisFacts[]> {
    return this.infos.get(timeoutMs);
  }

  private async pingNow(timeoutMs: number): Promise<RedisPing> {
    const nodes = this.nodes();
    const startedMs = performance.now();
    try {
      if (nodes.length === 0) throw new Error('No node of the cluster is known.');
      await Promise.all(nodes.map((node) => within(timeoutMs, readyOf(node).ping())));
      const latencyMs = Math.round((performance.now() - startedMs) * 1_000) / 1_000;
      return { isUp: true, latencyMs, error: undefined, nodes: nodes.length };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { isUp: false, latencyMs: undefined, error: message, nodes: nodes.length };
    }
  }

  private async askFacts(timeoutMs: number): Promise<readonly RedisFacts[]> {
    const asked = this.nodes().map(async (node) => ({
      ...factsOf(await within(timeoutMs, readyOf(node).info())),
      node: this.nameOf(node),
    }));
    const settled = await Promise.allSettled(asked.map((facts) => facts));
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  private nameOf({ options }: ProbedRedis): string | undefined {
    return this.client.nodes === undefined ? undefined : `${String(options?.host)}:${String(options?.port)}`;
  }

  private nodes(): readonly ProbedRedis[] {
    return this.client.nodes?.('master') ?? [this.client];
  }
}

/** A client that is not connected might keep a command until it is. */
function readyOf(node: ProbedRedis): ProbedRedis {
  if (node.status !== 'ready') throw new Error(`Redis is not connected (${node.status}).`);
  return node;
}

function factsOf(info: string): Omit<RedisFacts, 'node'> {
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const number = (name: string): number | undefined => {
    const text = field(name);
    return text === undefined ? undefined : Number(text);
  };
  return {
    version: field('valkey_version') ?? field('redis_version'),
    role: field('role'),
    memoryUsedBytes: number('used_memory'),
    memoryMaxBytes: number('maxmemory'),
    memoryPolicy: field('maxmemory_policy'),
    evictedKeys: number('evicted_keys'),
    connectedReplicas: number('connected_slaves'),
    connectedClients: number('connected_clients'),
    isCluster: field('cluster_enabled') === undefined ? undefined : field('cluster_enabled') === '1',
  };
}

/** The answer to a question, asked again when it is older than so long. */
class Kept<Answer> {
  private latest: { readonly atMs: number; readonly answer: Promise<Answer> } | undefined;

  constructor(
    private readonly keptMs: number,
    private readonly ask: (timeoutMs: number) => Promise<Answer>,
  ) {}

  get(timeoutMs: number): Promise<Answer> {
    const nowMs = performance.now();
    if (this.latest === undefined || nowMs - this.latest.atMs > this.keptMs) {
      this.latest = { atMs: nowMs, answer: this.ask(timeoutMs) };
    }
    return this.latest.answer;
  }
}
