-- Decides groups of hits as the storage interface of @nestjs/throttler means them; src/throttler/throttle-record.ts is
-- the same in TypeScript, step by step.
--
-- KEYS    one string for each part of the call, in their order: its packed buckets (below).
-- ARGV[1] now in milliseconds since 1970, for tests; 0 for the clock of Redis
-- ARGV[2] how many plans follow. A plan is the hits of one part: their number; 1 where all throttlers of the key share
--         one window and one block (it has one hit then), 0 where each has its own; and for each hit the name of its
--         throttler, ttl, limit, blockDuration (both times in milliseconds; all three may have a fraction)
-- ARGV[last] the groups as whole numbers (wire-numbers.ts): parts in the group, then the plan of each (from 1). Groups are
--         decided in their order. In a group all hits are counted, or only those that refuse. A group of one part that is
--         asked several times: 0, how often, and its plan.
-- Returns doubles in one text: for each hit totalHits and milliseconds until its window ends; where it is refused
--         -1 - totalHits, the same, and milliseconds until it is no more. Of a group that is asked several times: how many of
--         them are told, and what the last of those is, until all are. If all its hits count, each before it has one less;
--         else they are all the same.
-- Clock   TIME, in whole milliseconds. What was written later than now is moved to now.
-- TTL     a key lives until all in it is over, and up to an eighth longer (at least a second): that spares most writes
--         a new end.
-- Writes  nothing for a hit that is refused by a block that was there before.
--
-- Packed begins with a byte for its form.
-- 1: the buckets differ. Two doubles: when it was written, and until when the key lives; then the buckets, one for each
--    throttler: two bytes for the length of its name, the name, three doubles for the ends of its window and of its block
--    (0: none) and for its base, six bytes for its hits, two for the length of its pairs, and the pairs, oldest first. A
--    pair is the moment at which hits stop counting and how many. It is short, four bytes for the whole milliseconds since
--    the base and two; where that does not hold a pair of the bucket, its base is 0, and its pairs are a double and four
--    bytes. A hit that counts only takes what is over from the front, and adds one pair.
-- 2: the buckets are alike: each counted the same hits, at most so many as a log keeps apart, and has no block. So hits are
--    noted once, by when they came. Two bytes for the number of buckets; for each two for the length of its name, the
--    name, and a double for its ttl; a double for the base; the rows, oldest first: short, when hits came and how many; a
--    double for until when the key lives; and for each bucket a double for the end of its window, two bytes for how many
--    rows are over for it, and four for its hits. What a hit changes stands at the end, and that alone is written.
-- A new key has form 2, and form 1 from the first hit on that form 2 cannot say.
local APART, HEAD, HEAD_SIZE, BUCKET, MOST = 1, '<Bdd', 17, '<I2c0dddI6I2', 129
local SHORT, SHORT_SIZE, LONG, LONG_SIZE = '<I4I2', 6, '<dI4', 12
-- Of form 2: what it begins with, the terms and the numbers of a bucket, and the last row with when the key ends.
local ALIKE, TERMS, NUMBERS, NUMBERS_SIZE, END, END_SIZE = 2, 'I2c0d', '<dI2I4', 14, '<I4I2d', 14
-- So many rows that are over may stand before the others.
local SPARE = 16
local call, byte, sub, ceil, floor = redis.call, string.byte, string.sub, math.ceil, math.floor
local pack, unpackBytes, concat, rep, find, format =
  struct.pack, struct.unpack, table.concat, string.rep, string.find, string.format

local now, keptLonger = tonumber(ARGV[1]), 3600000
if now == 0 then
  local time = call('TIME')
  now, keptLonger = time[1] * 1000 + floor(time[2] / 1000), 0
end

-- The plans. What each has: `from`, where it begins in ARGV; `hits`, how many; `limits` of them; `terms`, three for each:
-- the length of its name, the name, ttl. Of form 2: what a key with its buckets begins with (`start`), and how its end is
-- packed (`tail`, `tailSize`).
local plans, argument = { nil }, 3
for i = 1, tonumber(ARGV[2]) do
  local from, hits, limits = argument, tonumber(ARGV[argument]), { nil, nil, nil }
  local terms = { nil, nil, nil, nil, nil, nil, nil, nil, nil }
  argument = argument + 2
  for j = 1, hits do
    local name = ARGV[argument]
    terms[3 * j - 2], terms[3 * j - 1], terms[3 * j] = #name, name, tonumber(ARGV[argument + 1])
    limits[j] = tonumber(ARGV[argument + 2])
    argument = argument + 4
  end
  plans[i] = {
    from = from, hits = hits, limits = limits, terms = terms,
    start = pack('<BI2' .. rep(TERMS, hits), ALIKE, hits, unpack(terms, 1, 3 * hits)),
    tail = END .. rep(NUMBERS, hits), tailSize = END_SIZE + NUMBERS_SIZE * hits
  }
end

-- The hits of a plan, each with its name, ttl, limit and block: made only for buckets that are not alike.
local function asksOf(plan)
  if not plan.asks then
    local asks = { nil, nil, nil }
    for i = 1, plan.hits do
      asks[i] = {
        name = plan.terms[3 * i - 1], ttl = plan.terms[3 * i], limit = plan.limits[i],
        block = tonumber(ARGV[plan.from + 4 * i + 1])
      }
    end
    asks.shared = ARGV[plan.from + 1] == '1'
    plan.asks = asks
  end
  return plan.asks
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
  local cell = ttl / (MOST - 1)
  return floor(moment / cell) == floor(other / cell)
end

-- Whether a short pair can say so.
local function fits(base, moment, count)
  local since = moment - base
  return since >= 0 and since < 4294967296 and since % 1 == 0 and base + since == moment and count < 65536
end

-- Packed buckets from 2 on, to be written together: every text that is put together has to be hashed by Lua.
local parts = {}

-- Until when a key lives in which all is over at that moment. `kept`: until when it lives already, 0 for never.
local function keptFor(over, kept)
  if over <= kept then return kept end
  local slack = (over - now) / 8
  if slack < 1000 then slack = 1000 end
  return ceil(over + slack)
end

local function lifeUntil(kept)
  return format('%.0f', kept - now + keptLonger)
end

-- Writes a key that is to live until `kept`; it lives until `before` already.
local function set(key, packed, kept, before)
  if kept == before then
    call('SET', key, packed, 'KEEPTTL')
  else
    call('SET', key, packed, 'PX', lifeUntil(kept))
  end
end

-- Writes parts up to `last`, of which all is over at that moment.
local function write(key, last, over, before)
  local kept = keptFor(over, before)
  parts[1] = pack(HEAD, APART, now, kept)
  set(key, concat(parts, '', 1, last), kept, before)
end

-- What a key holds, nothing where it cannot be read: what another program or a later version wrote is overwritten.
local function held(key)
  local packed = call('GET', key)
  if not packed then return nil end
  local form = byte(packed)
  if (form == APART or form == ALIKE) and #packed >= HEAD_SIZE then return packed end
end

-- What is written of form 2, and the texts of the places where: to make one takes Redis 0.3 µs.
local tail, placeTexts = { nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil }, {}
local reply, size = { nil, nil, nil, nil, nil, nil, nil, nil }, 0
local decideRarely

local keys, length = 0, #program
while at <= length do
  local group, place = byte(program, at, at + 1)
  if group > 63 or group == 0 or place > 63 then
    group, place = read(), nil
  else
    at = at + 2
  end
  local times = 1
  if group == 0 then group, times = 1, read() end
  local first, plan, asks = keys + 1, plans[place or read()], nil
  keys = keys + group
  if group > 1 then
    asks = { asksOf(plan) }
    for i = 2, group do asks[i] = asksOf(plans[read()]) end
  end
  -- Hits that repeat each other are tried all at once, and where that does not do one by one, until one that was rare
  -- has left the key as the others can be tried at once again.
  local key, repeated, together = KEYS[first], times > 1, times
  while times > 0 do
    if repeated then size = size + 1 end
    local start, rare, changed = size, group > 1, true
    if not rare then
      local packed = held(key)
      if not packed or find(packed, plan.start, 1, true) == 1 then
        -- @include throttle-alike.lua
      else
        -- @include throttle-apart.lua
      end
    end
    if rare and together > 1 then
      size, together = size - 1, 1
    else
      if rare then
        if not decideRarely then
          -- @include throttle-rare.lua
        end
        changed = decideRarely(first, asks or { asksOf(plan) })
      end
      -- What changed nothing is the same for all that are left.
      if not changed then together = times end
      if repeated then reply[start] = together end
      times = times - together
      if rare then together = times end
    end
  end
end
-- @include reply.lua
