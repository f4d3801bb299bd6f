-- Decides groups of hits as the storage interface of @nestjs/throttler means them; src/throttler/throttle-record.ts is
-- the same in TypeScript, step by step.
--
-- KEYS    one string for each key of the call: its packed record (see `load`).
-- ARGV[1] now in milliseconds since 1970, for tests; 0 for the clock of Redis
-- ARGV[2] how many terms follow; each is four arguments: name of the throttler, ttl, limit, blockDuration (both times
--         in milliseconds; all three may have a fraction)
-- ARGV[last] the groups as whole numbers with commas: hits in the group, then for each: its key, its terms (from 1).
--         Groups are decided in their order. In a group all hits are counted, or only those that refuse.
-- Returns for each hit four integers: totalHits, seconds to expire, 1 if blocked, seconds until it is no more (or 0).
-- Clock   TIME, in whole milliseconds. A record that was written later than now is moved to now.
-- TTL     a record lives until all in it is over.
-- Writes  nothing for a hit that is refused by a block that was there before.
local MOST_PAIRS = 129
local now, keptLonger = tonumber(ARGV[1]), 3600000
if now == 0 then
  local time = redis.call('TIME')
  now, keptLonger = time[1] * 1000 + math.floor(time[2] / 1000), 0
end

-- A record is packed as three doubles: when it was written, when its window ends, when its block ends (0: none); then
-- for each throttler its log: two bytes for the length of its name, the name, two for the number of pairs, six for the
-- hits in them, and the pairs, oldest first. A pair is the moment at which hits stop counting (a double) and how many
-- (four bytes). A log is handled as packed: a hit that counts only takes what is over from its front, and adds one pair.
local PAIR, SIZE = '<dI4', 12
local pack, unpackBytes, sub = struct.pack, struct.unpack, string.sub

-- A log without what is over, all moments later by `shift`.
local function current(pairs, hits, shift)
  local at = 1
  while at <= #pairs do
    local moment, count = unpackBytes(PAIR, pairs, at)
    if moment + shift > now then break end
    at, hits = at + SIZE, hits - count
  end
  if at > 1 then pairs = sub(pairs, at) end
  if shift ~= 0 then
    local moved = {}
    for place = 1, #pairs, SIZE do
      local moment, count = unpackBytes(PAIR, pairs, place)
      moved[#moved + 1] = pack(PAIR, moment + shift, count)
    end
    pairs = table.concat(moved)
  end
  return { pairs = pairs, hits = hits }
end

local function load(key)
  local packed = redis.call('GET', key)
  if not packed then return nil end
  local written, ends, blockEnds, at = unpackBytes('<ddd', packed)
  local shift = math.min(0, now - written)
  local record = { ends = ends + shift, blocked = blockEnds > 0, blockEnds = blockEnds + shift, logs = {} }
  while at <= #packed do
    local name, size, hits, first = unpackBytes('<I2c0I2I6', packed, at)
    at = first + size * SIZE
    record.logs[name] = current(sub(packed, first, at - 1), hits, shift)
  end
  return record
end

local function save(key, record)
  local blockEnds = record.blocked and record.blockEnds or 0
  local over, parts = math.max(record.ends, blockEnds), { pack('<ddd', now, record.ends, blockEnds) }
  for name, log in pairs(record.logs) do
    local size = #log.pairs
    if size > 0 then
      over = math.max(over, (unpackBytes('<d', log.pairs, size - SIZE + 1)))
      parts[#parts + 1] = pack('<I2c0I2I6', #name, name, size / SIZE, log.hits)
      parts[#parts + 1] = log.pairs
    end
  end
  if over > now then
    redis.call('SET', key, table.concat(parts), 'PX', string.format('%.0f', math.ceil(over - now) + keptLonger))
  else
    redis.call('DEL', key)
  end
end

-- Puts a hit among pairs, some of which are later, and merges where there are too many: neighbours of one cell into the
-- later of them; where there are none, the two that are nearest.
local function insert(packed, moment, ttl)
  local list, isPlaced = {}, false
  for at = 1, #packed, SIZE do
    local there, count = unpackBytes(PAIR, packed, at)
    if not isPlaced and moment <= there then
      isPlaced = true
      if moment == there then count = count + 1 else list[#list + 1] = { moment, 1 } end
    end
    list[#list + 1] = { there, count }
  end
  if not isPlaced then list[#list + 1] = { moment, 1 } end
  if #list > MOST_PAIRS then
    local cell, left, nearest, gap = ttl / (MOST_PAIRS - 1), {}, 1, math.huge
    for _, pair in ipairs(list) do
      local last = left[#left]
      if last and math.floor(last[1] / cell) == math.floor(pair[1] / cell) then
        last[1], last[2] = pair[1], last[2] + pair[2]
      else
        left[#left + 1] = pair
      end
    end
    if #left > MOST_PAIRS then
      for i = 1, #left - 1 do
        local between = left[i + 1][1] - left[i][1]
        if between < gap then nearest, gap = i, between end
      end
      left[nearest + 1][2] = left[nearest + 1][2] + left[nearest][2]
      table.remove(left, nearest)
    end
    list = left
  end
  for i, pair in ipairs(list) do list[i] = pack(PAIR, pair[1], pair[2]) end
  return table.concat(list)
end

local function hitsOf(record, name)
  local log = record and record.logs[name]
  return log and log.hits or 0
end

-- A hit that stops counting at once is not noted. Returns how many count, this one with them.
local function add(record, hit)
  local log, moment = record.logs[hit.name] or { pairs = '', hits = 0 }, now + hit.ttl
  if moment <= now then return log.hits + 1 end
  local size = #log.pairs
  if size < MOST_PAIRS * SIZE and (size == 0 or unpackBytes('<d', log.pairs, size - SIZE + 1) < moment) then
    log.pairs = log.pairs .. pack(PAIR, moment, 1)
  else
    log.pairs = insert(log.pairs, moment, hit.ttl)
  end
  log.hits = log.hits + 1
  record.logs[hit.name] = log
  return log.hits
end

local function refuses(record, hit)
  local hits = hitsOf(record, hit.name)
  if hit.block <= 0 then return hits >= hit.limit end
  if not record or not record.blocked then return hits + 1 > hit.limit end
  return record.blockEnds > now or 1 > hit.limit
end

local function seconds(moment)
  return math.max(0, math.ceil((moment - now) / 1000))
end

-- Counts a hit. Returns the record, whether it was changed, and the reply.
local function count(record, hit)
  record = record or { ends = now, blocked = false, blockEnds = 0, logs = {} }
  local changed, isBlocked = record.ends <= now, refuses(record, hit)
  if changed then record.ends = now + hit.ttl end
  local totalHits, untilFree = hitsOf(record, hit.name), 0
  if hit.block <= 0 then
    if isBlocked then
      local oldest = totalHits > 0 and unpackBytes('<d', record.logs[hit.name].pairs) or record.ends
      totalHits, untilFree = totalHits + 1, seconds(oldest)
    else
      totalHits, changed = add(record, hit), true
    end
  else
    if record.blocked and record.blockEnds <= now then
      record.blocked, record.logs[hit.name] = false, nil
    end
    if not record.blocked then
      totalHits, changed = add(record, hit), true
      if isBlocked then record.blocked, record.blockEnds = true, now + hit.block end
    end
    if isBlocked then untilFree = seconds(record.blockEnds) end
  end
  return record, changed, { totalHits, seconds(record.ends), isBlocked and 1 or 0, untilFree }
end

-- What stands in the record for a hit that is not counted, because another of its group is refused.
local function uncounted(record, hit)
  local ends = record and record.ends > now and record.ends or now + hit.ttl
  return { hitsOf(record, hit.name), seconds(ends), 0, 0 }
end

local terms = {}
for i = 1, tonumber(ARGV[2]) do
  local at = 4 * i - 1
  local ttl, limit, block = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  terms[i] = { name = ARGV[at], ttl = ttl, limit = limit, block = block }
end

local nextNumber = string.gmatch(ARGV[#ARGV], '%d+')
local records, loaded, changes, reply = {}, {}, {}, {}
local size = tonumber(nextNumber())
while size do
  local group, refused = {}, false
  for i = 1, size do
    local place = tonumber(nextNumber())
    local hit = terms[tonumber(nextNumber())]
    if not loaded[place] then
      records[place], loaded[place] = load(KEYS[place]), true
    end
    local isRefused = refuses(records[place], hit)
    group[i], refused = { place = place, hit = hit, isRefused = isRefused }, refused or isRefused
  end
  for _, asked in ipairs(group) do
    local place, answer = asked.place, nil
    if refused and not asked.isRefused then
      answer = uncounted(records[place], asked.hit)
    else
      local changed
      records[place], changed, answer = count(records[place], asked.hit)
      changes[place] = changes[place] or changed
    end
    for _, number in ipairs(answer) do reply[#reply + 1] = number end
  end
  size = tonumber(nextNumber() or '')
end
for place in pairs(changes) do
  if changes[place] then save(KEYS[place], records[place]) end
end
return reply
