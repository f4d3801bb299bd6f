// Written by tools/build-scripts.mjs from lua/*.lua. Change those, and run it again.

/** lua/decide.lua and what it includes. */
export const decideBody = `local call, floor = redis.call, math.floor local program = ARGV[1] local code = { string.byte(program, 1, 4000) }
for first = 4001, #program, 4000 do local more = { string.byte(program, first, first + 3999) } for i = 1, #more do
code[first + i - 1] = more[i] end end local at = 1 local function read() local digit = code[at] at = at + 1
local number = 0 while digit >= 64 do number = (number + digit - 64) * 64 digit = code[at] at = at + 1 end
return number + digit end local now = read() - 1 local KEPT = 28800000000 if now < 0 then local time = call('TIME')
now = ((time[1] - 1735689600) * 1000000 + time[2]) * 8 KEPT = 8000000 end
local pack, unpackBytes = struct.pack, struct.unpack local FARTHEST = now + 6400000000000000
local function endOf(packed) if #packed < 8 then return nil end local _, stop = unpackBytes('<BI7', packed)
if stop < FARTHEST then return stop end end local policies = {} local present = {} for i = 1, read() do
local policy = { field = string.sub(program, at, at + 5) } at = at + 6 local kind = read() policy.kind = kind
if kind == 1 then policy.empty, policy.perUnit = read(), read() else policy.limit, policy.per = read(), read()
if kind == 2 then policy.precision, policy.cell = read(), read() elseif kind == 3 then
policy.start = floor(now / policy.per) * policy.per policy.stop = policy.start + policy.per
policy.nextStop = policy.stop + policy.per else policy.kind = 3 for _ = 1, read() do local stop = read()
if stop <= now then policy.start = stop elseif not policy.stop then policy.stop = stop elseif not policy.nextStop then
policy.nextStop = stop end end if not (policy.start and policy.nextStop) then
return redis.error_reply('ERR the clocks of Redis and of its client differ by more than a calendar window') end end
end present[policy.kind] = true policies[i] = policy end local tokenBucket = {} if present[1] then
function tokenBucket.unpack(packed) local form, stop = unpackBytes('<BI7', packed)
if form == 1 and #packed == 8 then return stop end end function tokenBucket.pack(tat) return pack('<BI7', 1, tat) end
function tokenBucket.stop(tat) return tat end function tokenBucket.heal(tat, policy)
if tat - now > 2 * policy.empty then return now + policy.empty, true end return tat end
function tokenBucket.available(tat, policy) local room = policy.empty
if tat and tat > now then room = room - (tat - now) end return room > 0 and floor(room / policy.perUnit) or 0 end
function tokenBucket.charge(tat, policy, units, instant) if not tat or tat < instant then tat = instant end
return tat + units * policy.perUnit end function tokenBucket.owe(tat, policy, units, instant)
return tokenBucket.charge(tat, policy, units, instant), true end function tokenBucket.refund(tat, policy, units, mark)
if now < mark or tat <= now then return 0, tat end local unfilled = units * policy.perUnit - (now - mark)
if unfilled <= 0 then return 0, tat end if unfilled > tat - now then unfilled = tat - now end
return unfilled, tat - unfilled end end local slidingWindow = {} if present[2] then
local packFormats, unpackFormats = {}, {} function slidingWindow.pack(log, policy) local per = policy.per
local count = #log local newest, most, odd = log[count - 1], log[count], per % 8 for i = 1, count - 2, 2 do
local units = log[i + 1] if units > most then most = units end odd = odd + (newest - log[i]) % 8 end
local scale = odd > 0 and 1 or 8 local longest = newest - log[1] if per > longest then longest = per end
local _, bits = math.frexp(most) local factor = 2 ^ bits / scale local _, width = math.frexp(longest * factor + most)
local ages = {} if width > 53 then for i = 1, count - 2, 2 do ages[i], ages[i + 1] = newest - log[i], log[i + 1] end
ages[count - 1], ages[count] = per, log[count]
return pack('<BI7' .. string.rep('d', count), 5, newest + per, unpack(ages)) end
width = (width - 1 - (width - 1) % 8) / 8 + 1 local pairsHeld = count / 2 for i = 1, pairsHeld - 1 do
ages[i] = (newest - log[2 * i - 1]) * factor + log[2 * i] end ages[pairsHeld] = per * factor + log[count]
local form = width * 256 + pairsHeld local format = packFormats[form] if not format then
format = '<BI7B' .. string.rep('I' .. width, pairsHeld) packFormats[form] = format end
return pack(format, scale == 8 and 3 or 4, newest + per, width - 1 + 8 * bits, unpack(ages)) end
local function unpackWide(packed, stop) local count = (#packed - 8) / 8
if count < 2 or count % 2 ~= 0 then return nil end
local log = { unpackBytes('<' .. string.rep('d', count), packed, 9) } log[count + 1] = nil for i = 1, count do
if not (log[i] >= 0 and log[i] < FARTHEST) then return nil end end local newest = stop - log[count - 1]
for i = 1, count - 3, 2 do log[i] = newest - log[i] end log[count - 1] = newest return log end
function slidingWindow.unpack(packed) if #packed < 10 then return nil end
local form, stop, shape = unpackBytes('<BI7B', packed) if form == 5 then return unpackWide(packed, stop) end
local width = shape % 8 + 1 local count = (#packed - 9) / width
if form ~= 3 and form ~= 4 or count % 1 ~= 0 then return nil end local key = width * 256 + count
local format = unpackFormats[key] if not format then format = '<' .. string.rep('I' .. width, count)
unpackFormats[key] = format end local ages = { unpackBytes(format, packed, 10) }
local factor = 2 ^ ((shape - width + 1) / 8) local scale = form == 3 and 8 / factor or 1 / factor
local age = ages[count] local units = age % factor local newest = stop - (age - units) * scale
local log, place = {}, 1 for i = 1, count - 1 do age = ages[i] local held = age % factor
log[place], log[place + 1] = newest - (age - held) * scale, held place = place + 2 end
log[place], log[place + 1] = newest, units return log end end if present[2] then
function slidingWindow.stop(log, policy) return log[#log - 1] + policy.per end
function slidingWindow.heal(log, policy) local latest = now + policy.per
if log[#log - 1] <= latest then return log end local healed = {} for i = 1, #log, 2 do
healed[i] = log[i] > latest and latest or log[i] healed[i + 1] = log[i + 1] end return healed, true end
function slidingWindow.available(log, policy) local left, first = policy.limit, 1 if log then
local opened = now - policy.per first = #log - 1 while first > 0 and log[first] > opened do
left = left - log[first + 1] first = first - 2 end first = first + 2 end if left < 0 then return 0, left, first end
return left, left, first end function slidingWindow.wait(log, policy, first, missing)
local opened, count = now - policy.per, #log for i = first, count, 2 do missing = missing - log[i + 1]
if missing <= 0 then return log[i] - opened end end return log[count - 1] - opened end
local function fold(log, count, cell) local place = 1 local before = log[1] - log[1] % cell for i = 3, count, 2 do
local start = log[i] - log[i] % cell if start == before then place = i - 2 break end before = start end
log[place + 3] = log[place + 1] + log[place + 3] for i = place, count - 2 do log[i] = log[i + 2] end
log[count - 1], log[count] = nil, nil end function slidingWindow.charge(log, policy, units, instant)
if not log then return { instant, units } end local opened, count, dead = instant - policy.per, #log, 0
while dead < count and log[dead + 1] <= opened do dead = dead + 2 end if dead > 0 then for i = 1, count do
log[i] = log[i + dead] end count = count - dead end local i = count while i > 0 and log[i - 1] > instant do i = i - 2
end if i > 0 and log[i - 1] == instant then log[i] = log[i] + units else for j = count, i + 1, -1 do
log[j + 2] = log[j] end log[i + 1], log[i + 2] = instant, units count = count + 2 end
while count > 2 * policy.precision + 2 do fold(log, count, policy.cell) count = count - 2 end return log end
function slidingWindow.owe(log, policy, units, instant) if instant + policy.per <= now then return log end
return slidingWindow.charge(log, policy, units, instant), true end
function slidingWindow.refund(log, policy, units, mark) if mark + policy.per <= now then return 0, log end
local cell, count = policy.cell, #log for i = 1, count, 2 do if log[i] >= mark then
if log[i] - log[i] % cell ~= mark - mark % cell then break end local held = log[i + 1] if units < held then
log[i + 1] = held - units return units, log end for j = i, count do log[j] = log[j + 2] end
return held, #log > 0 and log or nil end end return 0, log end end local fixedWindow = {} if present[3] then
function fixedWindow.unpack(packed) if #packed ~= 13 then return nil end
local form, stop, used = unpackBytes('<BI7I5', packed) if form == 2 then return { stop, used } end end
function fixedWindow.pack(state) return pack('<BI7I5', 2, state[1], state[2]) end function fixedWindow.stop(state)
return state[1] end function fixedWindow.heal(state, policy) if state[1] - now <= 2 * policy.per then return state end
return { policy.nextStop, state[2] }, true end function fixedWindow.available(state, policy) local left = policy.limit
if state and state[1] > now then left = left - state[2] end return left > 0 and left or 0 end
function fixedWindow.charge(state, policy, units, instant)
if state and state[1] > instant then return { state[1], state[2] + units } end return { policy.stop, units } end
function fixedWindow.owe(state, policy, units, instant)
if state and state[1] > now or instant >= policy.start and instant < policy.stop then
return fixedWindow.charge(state, policy, units, instant), true end return state end
function fixedWindow.refund(state, _, units, mark) if state[1] ~= mark or mark <= now then return 0, state end
if units > state[2] then units = state[2] end return units, { mark, state[2] - units } end end
local algorithms = { tokenBucket, slidingWindow, fixedWindow } local identities = {} local touched = {}
local function open(key, policy) local fields = identities[key] if not fields then fields = {}
local all = call('HGETALL', KEYS[key]) for i = 1, #all, 2 do fields[all[i]] = all[i + 1] end identities[key] = fields
end local bucket = fields[policy.field] if type(bucket) == 'table' then return bucket end local state
if bucket and #bucket >= 8 then state = algorithms[policy.kind].unpack(bucket) end
bucket = { key = key, state = state, packed = bucket } fields[policy.field] = bucket return bucket end
local function keep(bucket, state, policy) bucket.state, bucket.policy = state, policy touched[bucket.key] = true end
local function writeAll() for key in pairs(touched) do local name, set, gone, latest = KEYS[key], {}, {}, now
for field, value in pairs(identities[key]) do local policy = nil if type(value) == 'table' then policy = value.policy
if not policy then value = value.packed end end local stop if not policy then stop = value and endOf(value)
elseif value.state then stop = algorithms[policy.kind].stop(value.state, policy) end
if not stop or stop + KEPT <= now then
if not policy and value or policy and value.packed then gone[#gone + 1] = field end else
if stop > latest then latest = stop end if policy then
set[#set + 1], set[#set + 2] = field, algorithms[policy.kind].pack(value.state, policy) end end end if #set == 2 then
call('HSET', name, set[1], set[2]) elseif #set > 2 then call('HSET', name, unpack(set)) end
if #gone > 0 then call('HDEL', name, unpack(gone)) end call('PEXPIRE', name, math.ceil((latest - now + KEPT) / 8000))
end end local reply, size = { now }, 1 local function answer(state, policy, cost, taken, left, first)
local kind, number = policy.kind, 0 if kind == 1 then if state and state > now then number = state - now end
size = size + 1 reply[size] = taken and number or -1 - number elseif kind == 3 then local stop = 0
if state then stop, number = state[1] - now, state[2] end
reply[size + 1], reply[size + 2] = taken and number or -1 - number, stop size = size + 2 else
if left > 0 then number = left end size = size + 1 reply[size] = taken and number or -1 - number
local limit = policy.limit if number < limit then
reply[size + 1] = slidingWindow.wait(state, policy, first, number + 1 - left)
reply[size + 2] = slidingWindow.stop(state, policy) - now size = size + 2 end
if not taken and cost > number and cost <= limit then size = size + 1
reply[size] = slidingWindow.wait(state, policy, first, cost - left) end end end
local function prepare(bucket, policy, owes, keeps)
local algorithm, state, changed = algorithms[policy.kind], bucket.state, false if state then
state, changed = algorithm.heal(state, policy) end if owes then local charged
if not keeps and state and policy.kind == 2 then state = { unpack(state) } end for _ = 1, read() do
local units, ago = read(), read() state, charged = algorithm.owe(state, policy, units, now - ago)
changed = changed or charged end if charged then state = algorithm.heal(state, policy) end end
if changed and keeps then keep(bucket, state, policy) end return state end
local buckets, states, chosen, costs, lefts, firsts = {}, {}, {}, {}, {}, {} local function take(i, units)
local policy, state, left, first = chosen[i], states[i], lefts[i], firsts[i] if units > 0 then
state = algorithms[policy.kind].charge(state, policy, units, now) keep(buckets[i], state, policy)
if policy.kind == 2 then left, first = left - units, 1 end end answer(state, policy, units, true, left, first) end
for _ = 1, read() do local head = read() local kind, owes = head % 4, head % 8 > 3 local count = (head - head % 8) / 8
local fits, available = true, 0 for i = 1, count do local key, policy = read(), policies[read()] local cost = read()
local bucket = open(key, policy) local state = prepare(bucket, policy, owes, kind ~= 1)
buckets[i], states[i], chosen[i], costs[i] = bucket, state, policy, cost
available, lefts[i], firsts[i] = algorithms[policy.kind].available(state, policy)
if cost > available then fits = false end end if kind == 0 and fits then for i = 1, count do take(i, costs[i]) end
elseif kind < 2 then for i = 1, count do answer(states[i], chosen[i], costs[i], false, lefts[i], firsts[i]) end
elseif kind == 2 then local granted, policy = costs[1], chosen[1] if granted > available then granted = available end
size = size + 1 reply[size] = granted if costs[1] > 0 and (policy.limit or policy.empty) == 0 then
answer(states[1], policy, costs[1], false, lefts[1], firsts[1]) else take(1, granted) end else
local mark, policy = read(), chosen[1] local back = 0 if states[1] then local state
back, state = algorithms[policy.kind].refund(states[1], policy, costs[1], mark)
if back > 0 then keep(buckets[1], state, policy) end end size = size + 1 reply[size] = back end end writeAll()
return reply`;

/** lua/throttle.lua and what it includes. */
export const throttleBody = `local MOST_PAIRS = 129 local now, keptLonger = tonumber(ARGV[1]), 3600000 if now == 0 then
local time = redis.call('TIME') now, keptLonger = time[1] * 1000 + math.floor(time[2] / 1000), 0 end
local function load(key) local packed = redis.call('GET', key) if not packed then return nil end
local list = cmsgpack.unpack(packed) local base = math.min(list[1], now)
local record = { ends = base + list[2], blocked = list[3] == 1, blockEnds = base + list[4], logs = {} }
for i = 5, #list, 2 do local log, moment, last = { hits = 0 }, base, 0 for _, number in ipairs(list[i + 1]) do
if number < 0 then if last > 0 then log[last].count, log.hits = -number, log.hits - number - 1 end else
moment, last = moment + number, 0 if moment > now then last = #log + 1
log[last], log.hits = { moment = moment, count = 1 }, log.hits + 1 end end end record.logs[list[i]] = log end
return record end local function save(key, record)
local over = math.max(record.ends, record.blocked and record.blockEnds or 0)
local blockEnds = record.blocked and record.blockEnds - now or 0
local list = { now, record.ends - now, record.blocked and 1 or 0, blockEnds } for name, log in pairs(record.logs) do
if #log > 0 then local numbers, before = {}, now for _, pair in ipairs(log) do
numbers[#numbers + 1], before = pair.moment - before, pair.moment
if pair.count > 1 then numbers[#numbers + 1] = -pair.count end end over = math.max(over, before)
list[#list + 1] = name list[#list + 1] = numbers end end if over > now then
redis.call('SET', key, cmsgpack.pack(list), 'PX', string.format('%.0f', math.ceil(over - now) + keptLonger)) else
redis.call('DEL', key) end end local function fold(log, ttl)
local cell, pairsLeft, nearest, gap = ttl / 128, {}, 1, math.huge for _, pair in ipairs(log) do
local last = pairsLeft[#pairsLeft] if last and math.floor(last.moment / cell) == math.floor(pair.moment / cell) then
last.moment, last.count = pair.moment, last.count + pair.count else pairsLeft[#pairsLeft + 1] = pair end end
if #pairsLeft > MOST_PAIRS then for i = 1, #pairsLeft - 1 do
local between = pairsLeft[i + 1].moment - pairsLeft[i].moment if between < gap then nearest, gap = i, between end end
pairsLeft[nearest + 1].count = pairsLeft[nearest + 1].count + pairsLeft[nearest].count
table.remove(pairsLeft, nearest) end pairsLeft.hits = log.hits return pairsLeft end local function logOf(record, name)
return record and record.logs[name] or { hits = 0 } end local function add(record, hit)
local log, moment = logOf(record, hit.name), now + hit.ttl local place = #log
while place > 0 and log[place].moment > moment do place = place - 1 end
if place > 0 and log[place].moment == moment then log[place].count = log[place].count + 1 else
table.insert(log, place + 1, { moment = moment, count = 1 }) end log.hits = log.hits + 1
if #log > MOST_PAIRS then log = fold(log, hit.ttl) end record.logs[hit.name] = log end
local function refuses(record, hit) local hits = logOf(record, hit.name).hits
if hit.block <= 0 then return hits >= hit.limit end
if not record or not record.blocked then return hits + 1 > hit.limit end
return record.blockEnds > now or 1 > hit.limit end local function seconds(moment)
return math.max(0, math.ceil((moment - now) / 1000)) end local function count(record, hit)
record = record or { ends = now, blocked = false, blockEnds = 0, logs = {} }
local changed, isBlocked = record.ends <= now, refuses(record, hit) if changed then record.ends = now + hit.ttl end
local totalHits, untilFree = logOf(record, hit.name).hits, 0 if hit.block <= 0 then if isBlocked then
local oldest = logOf(record, hit.name)[1]
totalHits, untilFree = totalHits + 1, seconds(oldest and oldest.moment or record.ends) else add(record, hit)
totalHits, changed = totalHits + 1, true end else if record.blocked and record.blockEnds <= now then
record.blocked, record.logs[hit.name] = false, nil end if not record.blocked then add(record, hit)
totalHits, changed = logOf(record, hit.name).hits, true
if isBlocked then record.blocked, record.blockEnds = true, now + hit.block end end
if isBlocked then untilFree = seconds(record.blockEnds) end end
return record, changed, { totalHits, seconds(record.ends), isBlocked and 1 or 0, untilFree } end
local function uncounted(record, hit) local ends = record and record.ends > now and record.ends or now + hit.ttl
return { logOf(record, hit.name).hits, seconds(ends), 0, 0 } end local terms = {} for i = 1, tonumber(ARGV[2]) do
local at = 4 * i - 1 local ttl, limit, block = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
terms[i] = { name = ARGV[at], ttl = ttl, limit = limit, block = block } end
local nextNumber = string.gmatch(ARGV[#ARGV], '%d+') local records, loaded, changes, reply = {}, {}, {}, {}
local size = tonumber(nextNumber()) while size do local group, refused = {}, false for i = 1, size do
local place = tonumber(nextNumber()) local hit = terms[tonumber(nextNumber())] if not loaded[place] then
records[place], loaded[place] = load(KEYS[place]), true end local isRefused = refuses(records[place], hit)
group[i], refused = { place = place, hit = hit, isRefused = isRefused }, refused or isRefused end
for _, asked in ipairs(group) do local place, answer = asked.place, nil if refused and not asked.isRefused then
answer = uncounted(records[place], asked.hit) else local changed
records[place], changed, answer = count(records[place], asked.hit) changes[place] = changes[place] or changed end
for _, number in ipairs(answer) do reply[#reply + 1] = number end end size = tonumber(nextNumber() or '') end
for place in pairs(changes) do if changes[place] then save(KEYS[place], records[place]) end end return reply`;
