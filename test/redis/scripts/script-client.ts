import Redis from 'ioredis';
import type { Verdict } from 'nest-floodgate/testing';
import type { LeasableState } from '../../../libs/rate-limit/src/core/lease/leasings';
import { RedisKeys } from '../../../libs/rate-limit/src/stores/redis/keys';
import { decideScript } from '../../../libs/rate-limit/src/stores/redis/script';
import { type Answer, type Ask, decodeReply, encodeAsks } from '../../../libs/rate-limit/src/stores/redis/wire';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { unpackState } from './packed-state';

/** A Redis with the script in it, and what tests ask of both. */
export class ScriptClient {
  readonly keys = new RedisKeys({ prefix: 'rl', secret: 'tests', readableKeys: false });

  private constructor(
    readonly server: RedisServer,
    readonly redis: Redis,
  ) {}

  static async start(...args: string[]): Promise<ScriptClient> {
    const server = await startRedis({ args });
    const redis = new Redis(server.url);
    await redis.script('LOAD', decideScript.body);
    return new ScriptClient(server, redis);
  }

  async stop(): Promise<void> {
    await this.redis.quit();
    await this.server.stop();
  }

  async decide(asks: readonly Ask[], nowTicks?: number): Promise<readonly Answer[]> {
    const { script, keys, args, groups } = encodeAsks(asks, (identity) => this.keys.keyOf(identity), nowTicks);
    return decodeReply(groups, await this.redis.callBuffer('evalsha', script.sha, keys.length, ...keys, ...args));
  }

  /** The verdicts of one ask that is not a refund. */
  async verdicts(ask: Ask, nowTicks?: number): Promise<readonly Verdict[]> {
    const [answer] = await this.decide([ask], nowTicks);
    return answer as readonly Verdict[];
  }

  async packed(bucketId: string, identity: string): Promise<Buffer | undefined> {
    return (await this.allPacked(identity)).get(this.keys.fieldOf(bucketId));
  }

  /** Of every field, its packed state: where it was cut, put together again. */
  async allPacked(identity: string): Promise<ReadonlyMap<string, Buffer>> {
    const kept = await this.redis.hgetallBuffer(this.keys.keyOf(identity));
    const whole = Object.entries(kept).filter(([field]) => !field.endsWith('+'));
    return new Map(
      whole.map(([field, packed]) => {
        const rest = kept[`${field}+`];
        return [field, packed.length === 62 && rest !== undefined ? Buffer.concat([packed, rest.subarray(8)]) : packed];
      }),
    );
  }

  async state(bucketId: string, identity: string): Promise<LeasableState | undefined> {
    const packed = await this.packed(bucketId, identity);
    return packed === undefined ? undefined : unpackState(packed);
  }

  /** Keys that would stay for ever. */
  async keysWithoutTtl(): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const keys of this.redis.scanStream({ count: 1_000 })) {
      for (const key of keys as string[]) if ((await this.redis.pttl(key)) === -1) found.push(key);
    }
    return found;
  }

  /** Writes since the server began. */
  async writes(): Promise<number> {
    const info = await this.redis.info('persistence');
    return Number(/rdb_changes_since_last_save:(\d+)/.exec(info)?.[1]);
  }
}
