-- Any group, on buckets that are unpacked.

-- Pairs without what is over, all moments later by `shift`.
local function current(packed, hits, shift)
  local place = 1
  while place <= #packed do
    local moment, count = unpackBytes(PAIR, packed, place)
    if moment + shift > now then break end
    place, hits = place + SIZE, hits - count
  end
  if place > 1 then packed = sub(packed, place) end
  if shift ~= 0 then
    local moved = {}
    for from = 1, #packed, SIZE do
      local moment, count = unpackBytes(PAIR, packed, from)
      moved[#moved + 1] = pack(PAIR, moment + shift, count)
    end
    packed = table.concat(moved)
  end
  return { pairs = packed, hits = hits }
end

-- `windows` has the window and block of each throttler, and `logs` its hits; `shared` those that all of them share.
local function load(key)
  local state, packed = { names = {}, windows = {}, logs = {}, kept = 0 }, call('GET', key)
  if not packed then return state end
  local written, kept, place = unpackBytes(HEAD, packed)
  local shift = math.min(0, now - written)
  -- Where the clock went back, the key gets a new end.
  if shift == 0 then state.kept = kept else state.moved = true end
  while place <= #packed do
    local name, ends, blockEnds, hits, length, from = unpackBytes(BUCKET, packed, place)
    place = from + length
    local window = { ends = ends + shift, blocked = blockEnds > 0, blockEnds = blockEnds + shift }
    local log = current(sub(packed, from, place - 1), hits, shift)
    -- Of a bucket that is over nothing matters, neither that it was blocked.
    if window.ends > now or window.blockEnds > now or #log.pairs > 0 then
      state.names[#state.names + 1] = name
      state.windows[name], state.logs[name] = window, log
      state.shared = state.shared or window
    end
  end
  return state
end

local function save(key, state, plan)
  local over, parts, placed = now, {}, {}
  local function put(name)
    local window, log = plan.shared and state.shared or state.windows[name], state.logs[name]
    if placed[name] or not window then return end
    placed[name] = true
    local held, hits, blockEnds = log and log.pairs or '', log and log.hits or 0, window.blocked and window.blockEnds or 0
    local last = math.max(window.ends, blockEnds)
    if #held > 0 then last = math.max(last, (unpackBytes('<d', held, #held - SIZE + 1))) end
    if last <= now then return end
    over = math.max(over, last)
    parts[#parts + 1] = pack('<I2c0ddI6I2', #name, name, window.ends, blockEnds, hits, #held) .. held
  end
  -- In the order of the plan, in which the frequent case expects them.
  for _, hit in ipairs(plan) do put(hit.name) end
  for _, name in ipairs(state.names) do put(name) end
  if over > now then
    write(key, table.concat(parts), over, state.kept)
  else
    call('DEL', key)
  end
end

-- Puts a hit among pairs, some of which are later, and merges where there are too many: neighbours of one cell into the
-- later of them; where there are none, the two that are nearest.
local function insert(packed, moment, ttl)
  local list, isPlaced = {}, false
  for place = 1, #packed, SIZE do
    local there, count = unpackBytes(PAIR, packed, place)
    if not isPlaced and moment <= there then
      isPlaced = true
      if moment == there then count = count + 1 else list[#list + 1] = { moment, 1 } end
    end
    list[#list + 1] = { there, count }
  end
  if not isPlaced then list[#list + 1] = { moment, 1 } end
  if #list * SIZE > ROOM then
    local left, nearest, gap = {}, 1, math.huge
    for _, pair in ipairs(list) do
      local last = left[#left]
      if last and sameCell(last[1], pair[1], ttl) then
        last[1], last[2] = pair[1], last[2] + pair[2]
      else
        left[#left + 1] = pair
      end
    end
    if #left * SIZE > ROOM then
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

-- A hit that stops counting at once is not noted; in a full log one may go with the newest. Returns how many count, this one with them.
local function add(state, hit)
  local log, moment = state.logs[hit.name] or { pairs = '', hits = 0 }, now + hit.ttl
  if moment <= now then return log.hits + 1 end
  local length, newest, hits = #log.pairs, 0, 0
  if length > 0 then newest, hits = unpackBytes(PAIR, log.pairs, length - SIZE + 1) end
  if length < ROOM and newest < moment then
    log.pairs = log.pairs .. pack(PAIR, moment, 1)
  elseif length >= ROOM and newest < moment and sameCell(newest, moment, hit.ttl) then
    log.pairs = sub(log.pairs, 1, length - SIZE) .. pack(PAIR, moment, hits + 1)
  else
    log.pairs = insert(log.pairs, moment, hit.ttl)
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

local function seconds(moment)
  return math.max(0, ceil((moment - now) / 1000))
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
      local oldest = totalHits > 0 and unpackBytes('<d', state.logs[hit.name].pairs) or window.ends
      totalHits, untilFree = totalHits + 1, seconds(oldest)
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
    if isBlocked then untilFree = seconds(window.blockEnds) end
  end
  reply[size + 1], reply[size + 2] = isBlocked and -1 - totalHits or totalHits, seconds(window.ends)
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
  reply[size + 2] = seconds(window and window.ends > now and window.ends or now + hit.ttl)
  size = size + 2
end

-- Decides a group whose keys begin at that place, with the plan of each. Moments that were moved are written, also where
-- all is refused: else they would be moved again with every hit, and never come.
local function decideRare(first, parts)
  local states, refusals, refused, changes = {}, {}, false, {}
  for i, plan in ipairs(parts) do
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
  for i, plan in ipairs(parts) do
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
end
