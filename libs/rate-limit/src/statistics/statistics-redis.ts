/** One command: its name and its arguments. */
export type RedisCommand = readonly [name: string, ...args: (string | number)[]];

/** What the statistics ask of a client: a structural part of ioredis' `Redis` and `Cluster`, in versions 5 and 6. */
export interface StatisticsRedis {
  /** ioredis' own word for its state. */
  readonly status: string;
  multi(commands: (string | number)[][]): {
    exec(): Promise<[error: Error | null, result: unknown][] | null>;
  };
  getBuffer(key: string): Promise<Buffer | null>;
}

/** Runs commands together or not at all, in one round trip. Rejects where one failed or no answer comes in time. */
export async function runTogether(
  client: StatisticsRedis,
  commands: readonly RedisCommand[],
  timeoutMs: number,
): Promise<readonly unknown[]> {
  if (client.status !== 'ready') throw new Error(`Redis is not connected (${client.status}).`);
  // ioredis knows commands by the names of its methods, which are in lower case.
  const named = commands.map(([name, ...args]) => [name.toLowerCase(), ...args]);
  const replies = await within(timeoutMs, client.multi(named).exec());
  if (replies === null) throw new Error('Redis did not run the transaction.');
  return replies.map(([error, result]) => {
    if (error !== null) throw error;
    return result;
  });
}

/** Rejects when the time is over. */
export async function within<Value>(timeoutMs: number, value: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      value,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new Error(`There was no answer within ${String(timeoutMs)} ms.`));
        }, timeoutMs);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
