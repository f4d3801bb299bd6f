import { script } from './redis-scripts';

/**
 * KEYS recording (stream), recorded (hash). ARGV the chunk, its events, those dropped, the most events, ms to keep. What
 * is older goes, and the oldest where there are too many.
 */
export const RECORD = script(`
local id = redis.call('XADD', KEYS[1], '*', 'n', ARGV[2], 'r', ARGV[1])
local oldest = tonumber(string.match(id, '^%d+')) - tonumber(ARGV[5])
local events = redis.call('HINCRBY', KEYS[2], 'events', ARGV[2])
local dropped = tonumber(ARGV[3])
for _ = 1, 100 do
  local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  if not first then break end
  local isOld = tonumber(string.match(first[1], '^%d+')) < oldest
  if not isOld and events <= tonumber(ARGV[4]) then break end
  redis.call('XDEL', KEYS[1], first[1])
  events = redis.call('HINCRBY', KEYS[2], 'events', -tonumber(first[2][2]))
  if not isOld then dropped = dropped + tonumber(first[2][2]) end
end
redis.call('HINCRBY', KEYS[2], 'dropped', dropped)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return 0`);

/** KEYS recording. ARGV the id to begin with, how many. Returns ids and chunks. */
export const RECORDED = script(`return redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])`);

/** KEYS recording, recorded. Returns how many events there are, how many were dropped, the first id and the last. */
export const RECORDED_FACTS = script(`
local facts = redis.call('HMGET', KEYS[2], 'events', 'dropped')
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
return { facts[1] or '0', facts[2] or '0', first and first[1] or '', last and last[1] or '' }`);

/** KEYS recording, recorded. */
export const FORGET_RECORDED = script(`return redis.call('DEL', KEYS[1], KEYS[2])`);
