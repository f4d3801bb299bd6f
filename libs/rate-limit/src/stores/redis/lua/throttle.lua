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

-- A record is packed as a flat list: when it was written, when its window ends, 1 if it is blocked, when the block
-- ends, then for each throttler its name and its log: the moments at which hits stop counting, each as the time since
-- the one before, followed by -n where n hits have that moment. All but the first number are relative to it.
local function load(key)
  local packed = redis.call('GET', key)
  if not packed then return nil end
  local list = cmsgpack.unpack(packed)
  local base = math.min(list[1], now)
  local record = { ends = base + list[2], blocked = list[3] == 1, blockEnds = base + list[4], logs = {} }
  for i = 5, #list, 2 do
    local log, moment, last = { hits = 0 }, base, 0
    for _, number in ipairs(list[i + 1]) do
      if number < 0 then
        if last > 0 then
          log[last].count, log.hits = -number, log.hits - number - 1
        end
      else
        moment, last = moment + number, 0
        if moment > now then
          last = #log + 1
          log[last], log.hits = { moment = moment, count = 1 }, log.hits + 1
        end
      end
    end
    record.logs[list[i]] = log
  end
  return record
end

local function save(key, record)
  local over = math.max(record.ends, record.blocked and record.blockEnds or 0)
  local blockEnds = record.blocked and record.blockEnds - now or 0
  local list = { now, record.ends - now, record.blocked and 1 or 0, blockEnds }
  for name, log in pairs(record.logs) do
    if #log > 0 then
      local numbers, before = {}, now
      for _, pair in ipairs(log) do
        numbers[#numbers + 1], before = pair.moment - before, pair.moment
        if pair.count > 1 then numbers[#numbers + 1] = -pair.count end
      end
      over = math.max(over, before)
      list[#list + 1] = name
      list[#list + 1] = numbers
    end
  end
  if over > now then
    redis.call('SET', key, cmsgpack.pack(list), 'PX', string.format('%.0f', math.ceil(over - now) + keptLonger))
  else
    redis.call('DEL', key)
  end
end

-- Merges neighbours of one cell into the later of them; where there are none, the two that are nearest.
local function fold(log, ttl)
  local cell, pairsLeft, nearest, gap = ttl / 128, {}, 1, math.huge
  for _, pair in ipairs(log) do
    local last = pairsLeft[#pairsLeft]
    if last and math.floor(last.moment / cell) == math.floor(pair.moment / cell) then
      last.moment, last.count = pair.moment, last.count + pair.count
    else
      pairsLeft[#pairsLeft + 1] = pair
    end
  end
  if #pairsLeft > MOST_PAIRS then
    for i = 1, #pairsLeft - 1 do
      local between = pairsLeft[i + 1].moment - pairsLeft[i].moment
      if between < gap then nearest, gap = i, between end
    end
    pairsLeft[nearest + 1].count = pairsLeft[nearest + 1].count + pairsLeft[nearest].count
    table.remove(pairsLeft, nearest)
  end
  pairsLeft.hits = log.hits
  return pairsLeft
end

local function logOf(record, name)
  return record and record.logs[name] or { hits = 0 }
end

-- A hit whose moment is not after now counts for this call only.
local function add(record, hit)
  local log, moment = logOf(record, hit.name), now + hit.ttl
  local place = #log
  while place > 0 and log[place].moment > moment do place = place - 1 end
  if place > 0 and log[place].moment == moment then
    log[place].count = log[place].count + 1
  else
    table.insert(log, place + 1, { moment = moment, count = 1 })
  end
  log.hits = log.hits + 1
  if #log > MOST_PAIRS then log = fold(log, hit.ttl) end
  record.logs[hit.name] = log
end

local function refuses(record, hit)
  local hits = logOf(record, hit.name).hits
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
  local totalHits, untilFree = logOf(record, hit.name).hits, 0
  if hit.block <= 0 then
    if isBlocked then
      local oldest = logOf(record, hit.name)[1]
      totalHits, untilFree = totalHits + 1, seconds(oldest and oldest.moment or record.ends)
    else
      add(record, hit)
      totalHits, changed = totalHits + 1, true
    end
  else
    if record.blocked and record.blockEnds <= now then
      record.blocked, record.logs[hit.name] = false, nil
    end
    if not record.blocked then
      add(record, hit)
      totalHits, changed = logOf(record, hit.name).hits, true
      if isBlocked then record.blocked, record.blockEnds = true, now + hit.block end
    end
    if isBlocked then untilFree = seconds(record.blockEnds) end
  end
  return record, changed, { totalHits, seconds(record.ends), isBlocked and 1 or 0, untilFree }
end

-- What stands in the record for a hit that is not counted, because another of its group is refused.
local function uncounted(record, hit)
  local ends = record and record.ends > now and record.ends or now + hit.ttl
  return { logOf(record, hit.name).hits, seconds(ends), 0, 0 }
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
