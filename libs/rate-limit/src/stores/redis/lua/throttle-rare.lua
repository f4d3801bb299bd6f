-- Any group, on buckets that are unpacked. Made only when it is needed: that takes half as long as a decision.

-- The moment and the hits of the pair at that place of a log.
local function pairAt(log, place)
  local moment, count = unpackBytes(log.base > 0 and SHORT or LONG, log.pairs, place)
  return log.base + moment, count
end

local function widthOf(log)
  return log.base > 0 and SHORT_SIZE or LONG_SIZE
end

local function listOf(log)
  local list = {}
  for place = 1, #log.pairs, widthOf(log) do list[#list + 1] = { pairAt(log, place) } end
  return list
end

-- Puts pairs into a log, short ones where they all fit.
local function fill(log, list)
  local base, form, packed = list[1][1], SHORT, {}
  for _, pair in ipairs(list) do
    if not fits(base, pair[1], pair[2]) then base, form = 0, LONG end
  end
  for i, pair in ipairs(list) do packed[i] = pack(form, pair[1] - base, pair[2]) end
  log.base, log.pairs = base, concat(packed)
end

-- A log without what is over, all moments later by `shift`.
local function current(packed, hits, base, shift)
  local log, place = { pairs = packed, hits = hits, base = base }, 1
  while place <= #packed do
    local moment, count = pairAt(log, place)
    if moment + shift > now then break end
    place, log.hits = place + widthOf(log), log.hits - count
  end
  if place > 1 then log.pairs = sub(packed, place) end
  if shift ~= 0 and log.pairs ~= '' then
    local list = listOf(log)
    for _, pair in ipairs(list) do pair[1] = pair[1] + shift end
    fill(log, list)
  end
  return log
end

-- Of a bucket that is over nothing matters, neither that it was blocked.
local function keep(state, name, window, log)
  if window.ends <= now and window.blockEnds <= now and #log.pairs == 0 then return end
  state.names[#state.names + 1] = name
  state.windows[name], state.logs[name] = window, log
  state.shared = state.shared or window
end

-- By how much what was written then has to move. Where the clock went back, the key gets a new end.
local function shiftFrom(state, written, kept)
  if written <= now then state.kept = kept else state.moved = true end
  return math.min(0, now - written)
end

local function loadApart(state, packed)
  local _, written, kept, place = unpackBytes(HEAD, packed)
  local shift = shiftFrom(state, written, kept)
  while place <= #packed do
    local name, ends, blockEnds, base, hits, length, from = unpackBytes(BUCKET, packed, place)
    place = from + length
    local window = { ends = ends + shift, blocked = blockEnds > 0, blockEnds = blockEnds + shift }
    keep(state, name, window, current(sub(packed, from, place - 1), hits, base, shift))
  end
end

-- What was alike is written apart, also where all is refused: else it would be taken apart again with every hit.
local function loadAlike(state, packed)
  local _, buckets, place = unpackBytes('<BI2', packed)
  local names, ttls = {}, {}
  for i = 1, buckets do names[i], ttls[i], place = unpackBytes('<' .. TERMS, packed, place) end
  local base, rowsAt = unpackBytes('<d', packed, place)
  local last = #packed - END_SIZE - NUMBERS_SIZE * buckets + 1
  local since, _, kept, numbersAt = unpackBytes(END, packed, last)
  local shift = shiftFrom(state, base + since, kept)
  state.moved = true
  for i = 1, buckets do
    local ends, first, log, list = 0, 0, { pairs = '', hits = 0, base = 0 }, {}
    ends, first, log.hits, numbersAt = unpackBytes(NUMBERS, packed, numbersAt)
    for row = rowsAt + first * SHORT_SIZE, last, SHORT_SIZE do
      local past, count = unpackBytes(SHORT, packed, row)
      local moment = base + past + ttls[i] + shift
      if moment > now then list[#list + 1] = { moment, count } else log.hits = log.hits - count end
    end
    if #list > 0 then fill(log, list) end
    keep(state, names[i], { ends = ends + shift, blocked = false, blockEnds = 0 }, log)
  end
end

-- `windows` has the window and block of each throttler, and `logs` its hits; `shared` those that all of them share.
local function load(key)
  local state, packed = { names = {}, windows = {}, logs = {}, kept = 0 }, held(key)
  if not packed then return state end
  if byte(packed) == ALIKE then loadAlike(state, packed) else loadApart(state, packed) end
  return state
end

local function save(key, state, plan)
  local over, last, placed = now, 1, {}
  local function put(name)
    local window, log = plan.shared and state.shared or state.windows[name], state.logs[name]
    if placed[name] or not window then return end
    placed[name] = true
    local held, hits, blockEnds = log and log.pairs or '', log and log.hits or 0, window.blocked and window.blockEnds or 0
    local ends = math.max(window.ends, blockEnds)
    if #held > 0 then ends = math.max(ends, (pairAt(log, #held - widthOf(log) + 1))) end
    if ends <= now then return end
    over = math.max(over, ends)
    parts[last + 1] = pack(BUCKET, #name, name, window.ends, blockEnds, log and log.base or 0, hits, #held)
    parts[last + 2] = held
    last = last + 2
  end
  -- In the order of the plan, in which the frequent case expects them.
  for _, hit in ipairs(plan) do put(hit.name) end
  for _, name in ipairs(state.names) do put(name) end
  if over > now then
    write(key, last, over, state.kept)
  else
    call('DEL', key)
  end
end

-- Puts a hit among pairs, some of which are later, and merges where there are too many: neighbours of one cell into the
-- later of them; where there are none, the two that are nearest.
local function insert(log, moment, ttl)
  local list, place = listOf(log), 1
  while list[place] and list[place][1] < moment do place = place + 1 end
  if list[place] and list[place][1] == moment then
    list[place][2] = list[place][2] + 1
  else
    table.insert(list, place, { moment, 1 })
  end
  if #list > MOST then
    local left, nearest, gap = {}, 1, math.huge
    for _, pair in ipairs(list) do
      local last = left[#left]
      if last and sameCell(last[1], pair[1], ttl) then
        last[1], last[2] = pair[1], last[2] + pair[2]
      else
        left[#left + 1] = pair
      end
    end
    if #left > MOST then
      for i = 1, #left - 1 do
        local between = left[i + 1][1] - left[i][1]
        if between < gap then nearest, gap = i, between end
      end
      left[nearest + 1][2] = left[nearest + 1][2] + left[nearest][2]
      table.remove(left, nearest)
    end
    list = left
  end
  fill(log, list)
end

-- A hit that stops counting at once is not noted; in a full log one may go with the newest. Returns how many count, this
-- one with them.
local function add(state, hit)
  local log, moment = state.logs[hit.name] or { pairs = '', hits = 0, base = 0 }, now + hit.ttl
  if moment <= now then return log.hits + 1 end
  local newest, hits, width = 0, 0, widthOf(log)
  local length = #log.pairs
  if length > 0 then newest, hits = pairAt(log, length - width + 1) end
  local isFull = length >= MOST * width
  local joins = isFull and newest < moment and sameCell(newest, moment, hit.ttl)
  if newest < moment and (joins or not isFull) and log.base > 0 and fits(log.base, moment, joins and hits + 1 or 1) then
    if joins then log.pairs = sub(log.pairs, 1, length - width) end
    log.pairs = log.pairs .. pack(SHORT, moment - log.base, joins and hits + 1 or 1)
  elseif joins then
    local list = listOf(log)
    list[#list] = { moment, hits + 1 }
    fill(log, list)
  else
    insert(log, moment, hit.ttl)
  end
  log.hits = log.hits + 1
  state.logs[hit.name] = log
  return log.hits
end

local function hitsOf(state, name)
  local log = state.logs[name]
  return log and log.hits or 0
end

local function refuses(state, window, hit)
  local hits = hitsOf(state, hit.name)
  if hit.block <= 0 then return hits >= hit.limit end
  if not window or not window.blocked then return hits + 1 > hit.limit end
  return window.blockEnds > now or 1 > hit.limit
end

local function leftUntil(moment)
  return math.max(0, moment - now)
end

local function windowOf(state, shared, name)
  if shared then return state.shared end
  return state.windows[name]
end

-- Counts a hit, or refuses it, and replies. Returns whether anything changed.
local function count(state, shared, hit)
  local window = windowOf(state, shared, hit.name)
  local isBlocked = refuses(state, window, hit)
  window = window or { ends = now, blocked = false, blockEnds = 0 }
  if not state.windows[hit.name] then state.names[#state.names + 1] = hit.name end
  state.shared, state.windows[hit.name] = state.shared or window, window
  local changed = window.ends <= now
  if changed then window.ends = now + hit.ttl end
  local totalHits, untilFree = hitsOf(state, hit.name), 0
  if hit.block <= 0 then
    if isBlocked then
      local oldest = totalHits > 0 and pairAt(state.logs[hit.name], 1) or window.ends
      totalHits, untilFree = totalHits + 1, leftUntil(oldest)
    else
      totalHits, changed = add(state, hit), true
    end
  else
    if window.blocked and window.blockEnds <= now then
      window.blocked, state.logs[hit.name] = false, nil
    end
    if not window.blocked then
      totalHits, changed = add(state, hit), true
      if isBlocked then window.blocked, window.blockEnds = true, now + hit.block end
    end
    if isBlocked then untilFree = leftUntil(window.blockEnds) end
  end
  reply[size + 1], reply[size + 2] = isBlocked and -1 - totalHits or totalHits, leftUntil(window.ends)
  size = size + 2
  if isBlocked then
    size = size + 1
    reply[size] = untilFree
  end
  return changed
end

-- Replies what is there for a hit that is not counted, because another of its group is refused.
local function leave(state, shared, hit)
  local window = windowOf(state, shared, hit.name)
  reply[size + 1] = hitsOf(state, hit.name)
  reply[size + 2] = leftUntil(window and window.ends > now and window.ends or now + hit.ttl)
  size = size + 2
end

-- Decides a group whose keys begin at that place, with the plan of each. Moments that were moved are written, also where
-- all is refused: else they would be moved again with every hit, and never come. Returns whether anything was written.
function decideRarely(first, asks)
  local states, refusals, refused, changes = {}, {}, false, {}
  for i, plan in ipairs(asks) do
    local key = KEYS[first + i - 1]
    states[key] = states[key] or load(key)
    if states[key].moved then changes[key] = plan end
    for _, hit in ipairs(plan) do
      local state = states[key]
      refusals[#refusals + 1] = refuses(state, windowOf(state, plan.shared, hit.name), hit)
      refused = refused or refusals[#refusals]
    end
  end
  local asked = 0
  for i, plan in ipairs(asks) do
    local key = KEYS[first + i - 1]
    for _, hit in ipairs(plan) do
      asked = asked + 1
      if refused and not refusals[asked] then
        leave(states[key], plan.shared, hit)
      elseif count(states[key], plan.shared, hit) then
        changes[key] = plan
      end
    end
  end
  for key, plan in pairs(changes) do save(key, states[key], plan) end
  return next(changes) ~= nil
end
