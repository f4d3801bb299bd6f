/** See options.mjs: what each means, and its default. */
export interface SimulationOptions {
  readonly instances: number;
  readonly keys: number;
  readonly zipf: number;
  readonly rate: number;
  readonly seconds: number;
  readonly algorithm: 'sliding-window' | 'token-bucket' | 'fixed-window';
  readonly limit: number;
  readonly per: string;
  readonly burst: number;
  readonly shards: number;
  readonly lease: 'false' | 'auto';
  readonly unevenInstances: number;
  readonly networkP50Ms: number;
  readonly networkP99Ms: number;
  readonly callMicros: number;
  readonly askMicros: number;
  readonly deadlineMs: number;
  readonly seed: number;
}

export interface SimulationResult {
  readonly decisions: number;
  readonly decisionsPerSecond: number;
  readonly admitted: number;
  /** Parts of all decisions, 0 to 1. */
  readonly answeredByDenialCache: number;
  readonly answeredByLeases: number;
  readonly lateOrUnanswered: number;
  readonly redis: {
    readonly asksPerSecond: number;
    readonly scriptsPerSecond: number;
    readonly scriptsPerDecision: number;
    /** The part of its time that the busiest shard works; more than 1 where work is left at the end. */
    readonly busiestShard: number;
    readonly busiestOfMean: number;
    readonly shardsNeeded: number;
    readonly keys: number;
  };
  /** Of the busiest 10,000 keys, those that were asked for more than they have. */
  readonly limits: { readonly keys: number; readonly admittedOfLimit: number | undefined };
  readonly fairness: { readonly jain: number; readonly leastOfMean: number; readonly mostOfMean: number } | undefined;
  /** `undefined` where nothing was leased. */
  readonly leases:
    | {
        /** Calls of a lease, on average. */
        readonly calls: number;
        /** Parts of all calls leased, 0 to 1: given back in time; and never made nor given back. */
        readonly givenBack: number;
        readonly lost: number;
        /** Calls that instances hold, on average over time, ÷ the limit: of a key that is leased, and of an exhausted one. */
        readonly heldOfLimit: number | undefined;
        readonly heldOfExhausted: number | undefined;
      }
    | undefined;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly p999: number };
}

export function simulate(options: SimulationOptions): Promise<SimulationResult>;
