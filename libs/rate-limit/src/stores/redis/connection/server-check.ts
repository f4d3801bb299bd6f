import { reasonOf } from './reason';
import type { RedisClient } from './redis-client';
import { type RedisLog, say } from './redis-log';
import { deniedCommand, type Rights } from './rights';

const OLDEST = [6, 2] as const;

/** Whose scripts the connection is for: those of RateLimitStore, or those of a throttler storage. */
export type ScriptUse = 'buckets' | 'throttlers';

/** What the scripts do, so that it changes nothing: HSET and SET fail by their arguments, after rights are looked at. */
const CALLS: Readonly<Record<ScriptUse, string>> = {
  buckets: `{'TIME'}, {'HGETALL', key}, {'HSET', key, 'f', 'v', 'f'}, {'HDEL', key, 'f'}, {'PEXPIRE', key, '1'}`,
  throttlers: `{'TIME'}, {'GET', key}, {'SET', key, 'v', 'x'}, {'SETRANGE', key, '0', ''}, {'PEXPIRE', key, '1'}, {'DEL', key}`,
};

/** Tries them. Returns each command that is denied, and the error. */
const probeOf = (use: ScriptUse): string => `local key, denied = ARGV[1], {}
local calls = {${CALLS[use]}}
for _, call in ipairs(calls) do
  local reply = redis.pcall(unpack(call))
  if type(reply) == 'table' and reply.err then
    denied[#denied + 1] = call[1]
    denied[#denied + 1] = reply.err
  end
end
return denied`;

interface Surroundings {
  readonly nameNow: () => string;
  readonly log: RedisLog;
  readonly rights: Rights;
  /** Whether the client knows how to speak to a Cluster. */
  readonly isCluster: () => boolean;
  /** A key under the store's prefix, as Redis knows it. */
  readonly probeKey: string;
  readonly use: ScriptUse;
}

/** Looks at a server when a connection to it is ready, and says what will not work. Says the same once. */
export class ServerCheck {
  private readonly told = new Set<string>();

  constructor(private readonly around: Surroundings) {}

  /** Never rejects. What a managed service does not answer is not looked at. */
  async run(client: RedisClient): Promise<void> {
    await client.info().then(
      (info) => {
        this.lookAt(info);
      },
      () => undefined,
    );
    await this.tryScript(client).catch((error: unknown) => {
      const reason = reasonOf(error);
      if (!/unknown (?:sub)?command/i.test(reason)) return;
      this.tell('error', `cannot run scripts, which rate limits need: ${reason}.`);
    });
  }

  private lookAt(info: string): void {
    const version = /^redis_version:(\d+)\.(\d+)\S*/m.exec(info);
    const [text, major, minor] = version ?? [];
    if (text !== undefined && compare([Number(major), Number(minor)], OLDEST) < 0) {
      const found = text.slice('redis_version:'.length);
      this.tell('error', `is version ${found}. Rate limits need Redis ${OLDEST.join('.')} or later, or Valkey.`);
    }
    if (!this.around.isCluster() && /^redis_mode:cluster/m.test(info)) {
      this.tell('error', 'is a Cluster: list its nodes under store.nodes instead of one url, host or client.');
    }
    const policy = /^maxmemory_policy:(allkeys-\S+)/m.exec(info)?.[1];
    if (policy !== undefined) {
      this.tell(
        'warn',
        `has maxmemory-policy ${policy}: when memory runs out it drops rate limits that are in force, silently. ` +
          'Use volatile-ttl, or noeviction on an instance of its own.',
      );
    }
  }

  private async tryScript(client: RedisClient): Promise<void> {
    const sha = String(await client.script('LOAD', probeOf(this.around.use)));
    // Without a declared key it runs on every node of a Cluster.
    const reply = await client.evalsha(sha, 0, this.around.probeKey);
    const denied = Array.isArray(reply) ? (reply as readonly unknown[]).map(String) : [];
    const commands: string[] = [];
    for (let i = 0; i + 1 < denied.length; i += 2) {
      const name = deniedCommand(denied[i + 1] ?? '');
      if (name !== undefined) commands.push(name === 'a key' ? `access to ${this.around.probeKey}` : (denied[i] ?? ''));
    }
    this.around.rights.missing([...new Set(commands)]);
  }

  private tell(level: 'warn' | 'error', what: string): void {
    const line = `${this.around.nameNow()} ${what}`;
    if (this.told.has(line)) return;
    this.told.add(line);
    say(this.around.log, level, line);
  }
}

function compare(
  [major, minor]: readonly [number, number],
  [otherMajor, otherMinor]: readonly [number, number],
): number {
  return major === otherMajor ? minor - otherMinor : major - otherMajor;
}
