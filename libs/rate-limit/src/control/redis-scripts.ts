import { createHash } from 'node:crypto';

/** A script of the control plane. All of its keys lie in one slot of a Cluster. */
export interface ControlScript {
  readonly body: string;
  readonly sha: string;
}

/** A script and its digest, by which Redis knows it again. */
export function script(body: string): ControlScript {
  return { body, sha: createHash('sha1').update(body).digest('hex') };
}

/**
 * KEYS meta, documents, changes, instances. ARGV an epoch for a state that has none, the epoch and state that the caller
 * knows, its id, its heartbeat, how long (ms) what nobody refreshes is kept. Returns epoch, state, and for each document
 * that changed since: its state and itself.
 */
export const POLL = script(`
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
  epoch = ARGV[1]
  redis.call('HSET', KEYS[1], 'epoch', epoch)
end
local state = tonumber(redis.call('HGET', KEYS[1], 'state') or '0')
redis.call('HSET', KEYS[4], ARGV[4], ARGV[5])
for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], ARGV[6]) end
local reply = { epoch, state }
local since = 0
if epoch == ARGV[2] then since = tonumber(ARGV[3]) end
if state > since then
  local changed = redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. since, '+inf', 'WITHSCORES')
  for i = 1, #changed, 2 do
    local document = redis.call('HGET', KEYS[2], changed[i])
    if document then
      reply[#reply + 1] = changed[i + 1]
      reply[#reply + 1] = document
    end
  end
end
return reply`);

/**
 * KEYS meta, documents, changes, audit. ARGV id, the version that must stand there, the document with its version in
 * front, the most documents, the record, the most records, the oldest id of a record, ms to keep. Returns 'written',
 * 'full', or 'conflict' and what stands there.
 */
export const WRITE = script(`
local current = redis.call('HGET', KEYS[2], ARGV[1])
local version = current and string.match(current, '^%d+') or '0'
if version ~= ARGV[2] then return { 'conflict', current or '' } end
if not current and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[4]) then return { 'full' } end
local state = redis.call('HINCRBY', KEYS[1], 'state', 1)
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
redis.call('ZADD', KEYS[3], state, ARGV[1])
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], '*', 'r', ARGV[5])
redis.call('XTRIM', KEYS[4], 'MINID', '~', ARGV[7])
for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], ARGV[8]) end
return { 'written' }`);

/** KEYS as for WRITE. ARGV ms to keep, then id, version and document of each. Returns how many were written. */
export const RESTORE = script(`
local written = 0
for i = 2, #ARGV, 3 do
  local current = redis.call('HGET', KEYS[2], ARGV[i])
  local version = current and tonumber(string.match(current, '^%d+')) or 0
  if version < tonumber(ARGV[i + 1]) then
    local state = redis.call('HINCRBY', KEYS[1], 'state', 1)
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 2])
    redis.call('ZADD', KEYS[3], state, ARGV[i])
    written = written + 1
  end
end
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[1]) end
return written`);

/** KEYS documents, changes. ARGV ids. */
export const FORGET = script(`
for i = 1, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[i])
  redis.call('ZREM', KEYS[2], ARGV[i])
end
return 0`);

/** KEYS instances. ARGV ids to be taken away. Returns the heartbeats of all others. */
export const INSTANCES = script(`
for i = 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
return redis.call('HVALS', KEYS[1])`);

/** KEYS audit. ARGV the record, the most records, the oldest id, ms to keep. */
export const NOTE = script(`
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'r', ARGV[1])
redis.call('XTRIM', KEYS[1], 'MINID', '~', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 0`);

/**
 * KEYS audit, told (sorted set of what was told, by when). ARGV as for NOTE, then the subject, now, ms to remember it.
 */
export const NOTE_ONCE = script(`
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[6] - ARGV[7])
if redis.call('ZADD', KEYS[2], 'NX', ARGV[6], ARGV[5]) == 0 then return 0 end
redis.call('PEXPIRE', KEYS[2], ARGV[7])
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'r', ARGV[1])
redis.call('XTRIM', KEYS[1], 'MINID', '~', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`);

/** KEYS audit. ARGV the id before which, how many. Returns ids and records. */
export const RECORDS = script(`return redis.call('XREVRANGE', KEYS[1], ARGV[1], '-', 'COUNT', ARGV[2])`);

/**
 * KEYS until (sorted set), facts (hash). ARGV now, the most, ms to keep, then key, until, since, ban and denials of each.
 */
export const NOTE_BLOCKED = script(`
local function drop(keys)
  for _, key in ipairs(keys) do
    redis.call('ZREM', KEYS[1], key)
    redis.call('HDEL', KEYS[2], key .. '|s', key .. '|b', key .. '|d')
  end
end
drop(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 1000))
for i = 4, #ARGV, 5 do
  local key = ARGV[i]
  redis.call('ZADD', KEYS[1], 'GT', ARGV[i + 1], key)
  redis.call('HSETNX', KEYS[2], key .. '|s', ARGV[i + 2])
  redis.call('HSET', KEYS[2], key .. '|b', ARGV[i + 3])
  redis.call('HINCRBY', KEYS[2], key .. '|d', ARGV[i + 4])
end
local over = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[2])
if over > 0 then drop(redis.call('ZRANGE', KEYS[1], 0, over - 1)) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 0`);

/** KEYS as above. ARGV keys. */
export const UNBLOCK = script(`
for _, key in ipairs(ARGV) do
  redis.call('ZREM', KEYS[1], key)
  redis.call('HDEL', KEYS[2], key .. '|s', key .. '|b', key .. '|d')
end
return 0`);

/** KEYS as above. ARGV now, the most. Returns how many there are, then key, until, since, ban and denials of each. */
export const BLOCKED = script(`
local reply = { redis.call('ZCOUNT', KEYS[1], '(' .. ARGV[1], '+inf') }
local keys = redis.call('ZREVRANGEBYSCORE', KEYS[1], '+inf', '(' .. ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for i = 1, #keys, 2 do
  local facts = redis.call('HMGET', KEYS[2], keys[i] .. '|s', keys[i] .. '|b', keys[i] .. '|d')
  reply[#reply + 1] = keys[i]
  reply[#reply + 1] = keys[i + 1]
  reply[#reply + 1] = facts[1] or '0'
  reply[#reply + 1] = facts[2] or ''
  reply[#reply + 1] = facts[3] or '0'
end
return reply`);

/** KEYS until. ARGV now. Returns policy and number of keys of each policy that blocks any. */
export const COUNT_BLOCKED = script(`
local counts, reply = {}, {}
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf')) do
  local policy = string.match(key, '^[^\\n]*')
  counts[policy] = (counts[policy] or 0) + 1
end
for policy, count in pairs(counts) do
  reply[#reply + 1], reply[#reply + 2] = policy, count
end
return reply`);
