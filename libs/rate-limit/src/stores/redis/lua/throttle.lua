-- Decides groups of hits as the storage interface of @nestjs/throttler means them; src/throttler/throttle-record.ts is
-- the same in TypeScript, step by step.
--
-- KEYS    one string for each part of the call, in their order: its packed buckets (below).
-- ARGV[1] now in milliseconds since 1970, for tests; 0 for the clock of Redis
-- ARGV[2] how many plans follow. A plan is the hits of one part: their number; 1 where all throttlers of the key share
--         one window and one block (it has one hit then), 0 where each has its own; and for each hit the name of its
--         throttler, ttl, limit, blockDuration (both times in milliseconds; all three may have a fraction)
-- ARGV[last] the groups as whole numbers (wire-numbers.ts): parts in the group, then the plan of each (from 1). Groups are
--         decided in their order. In a group all hits are counted, or only those that refuse.
-- Returns for each hit totalHits and seconds until its window ends; where it is refused -1 - totalHits, the same, and
--         seconds until it is no more.
-- Clock   TIME, in whole milliseconds. What was written later than now is moved to now.
-- TTL     a key lives until all in it is over, and up to an eighth longer (at least a second): that spares most writes
--         a new end.
-- Writes  nothing for a hit that is refused by a block that was there before.
--
-- Packed are three doubles: when it was written, and until when the key lives; then the buckets, one for each throttler:
-- two bytes for the length of its name, the name, two doubles for the ends of its window and of its block (0: none), six
-- bytes for its hits, two for the length of its pairs, and the pairs, oldest first. A pair is the moment at which hits
-- stop counting (a double) and how many (four bytes). A hit that counts only takes what is over from the front, and adds
-- one pair.
local HEAD, BUCKET, PAIR, SIZE, ROOM = '<dd', '<I2c0ddI6I2', '<dI4', 12, 1548
local call, byte, sub, ceil, floor = redis.call, string.byte, string.sub, math.ceil, math.floor
local pack, unpackBytes = struct.pack, struct.unpack

local now, keptLonger = tonumber(ARGV[1]), 3600000
if now == 0 then
  local time = call('TIME')
  now, keptLonger = time[1] * 1000 + floor(time[2] / 1000), 0
end

local plans, argument = {}, 3
for i = 1, tonumber(ARGV[2]) do
  local plan = { shared = ARGV[argument + 1] == '1' }
  local hits = tonumber(ARGV[argument])
  argument = argument + 2
  for j = 1, hits do
    local ttl, limit, block = tonumber(ARGV[argument + 1]), tonumber(ARGV[argument + 2]), tonumber(ARGV[argument + 3])
    plan[j] = { name = ARGV[argument], ttl = ttl, limit = limit, block = block }
    argument = argument + 4
  end
  plans[i] = plan
end

local program, at = ARGV[argument], 1
local function read()
  local digit = byte(program, at)
  local number = 0
  at = at + 1
  while digit >= 64 do
    number = (number + digit - 64) * 64
    digit = byte(program, at)
    at = at + 1
  end
  return number + digit
end

-- Whether two moments are so near that one pair may stand for both in a full log.
local function sameCell(moment, other, ttl)
  local cell = ttl / (ROOM / SIZE - 1)
  return floor(moment / cell) == floor(other / cell)
end

-- Writes packed buckets of which the last is over at that moment. `kept`: until when the key lives already, 0 for never.
local function write(key, buckets, over, kept)
  if over <= kept then
    call('SET', key, pack(HEAD, now, kept) .. buckets, 'KEEPTTL')
    return
  end
  local slack = (over - now) / 8
  if slack < 1000 then slack = 1000 end
  kept = ceil(over + slack)
  call('SET', key, pack(HEAD, now, kept) .. buckets, 'PX', string.format('%.0f', kept - now + keptLonger))
end

local reply, size = {}, 0
-- @include throttle-rare.lua

local keys = 0
while at <= #program do
  local parts = read()
  local first = keys + 1
  local rare, key, plan = parts > 1, KEYS[first], nil
  if rare then
    plan = {}
    for i = 1, parts do plan[i] = plans[read()] end
  else
    plan = plans[read()]
    -- @include throttle-frequent.lua
    if rare then plan = { plan } end
  end
  if rare then decideRare(first, plan) end
  keys = keys + parts
end
return reply
