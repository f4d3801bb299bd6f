// Written by tools/build-scripts.mjs from lua/*.lua. Change those, and run it again.

/** lua/decide.lua and what it includes. */
export const decideBody = `local call, byte, sub, pack, unpackBytes = redis.call, string.byte, string.sub, struct.pack, struct.unpack
local program, names, at = ARGV[1], KEYS, 2 local function read() local digit = byte(program, at) local number = 0
at = at + 1 while digit >= 64 do number = (number + digit - 64) * 64 digit = byte(program, at) at = at + 1 end
return number + digit end local now, KEPT if byte(program) == 0 then local time = call('TIME')
now, KEPT = ((time[1] - 1735689600) * 1000000 + time[2]) * 8, 8000000 else at = 1 now, KEPT = read() - 1, 28800000000
end local LONGEST, CUT = 64, 62 local policies, fields = { nil, nil, nil }, nil local count = read()
if count > 1 then fields = {} end for i = 1, count do local field, held = sub(program, at, at + 5), nil if fields then
held = fields[field] if not held then held = { nil, nil, nil, nil } fields[field] = held end else
held = { nil, nil, nil, nil } end local kind, exponent, a, b, c, d, e, f, g, h, a2, b2, c2, d2, e2, f2, g2, h2,
a3, b3, c3, d3, e3, f3, g3, h3, pairsHigh, pairsLow, shapeHigh, shapeLow = byte(program, at + 6, at + 35)
local long = ((((((a * 128 + b) * 128 + c) * 128 + d) * 128 + e) * 128 + f) * 128 + g) * 128 + h
local slack, form = 8000000 * 2 ^ exponent, 16 * exponent + kind local policy if kind < 3 then
local long2 = ((((((a2 * 128 + b2) * 128 + c2) * 128 + d2) * 128 + e2) * 128 + f2) * 128 + g2) * 128 + h2 at = at + 24
if kind == 1 then
policy = { field = field, kind = 1, form = form, slack = slack, held = held, empty = long, perUnit = long2 } else
policy = { field = field, kind = 2, form = form + 1, slack = slack, held = held, per = long, cell = long2,
limit = ((((((a3 * 128 + b3) * 128 + c3) * 128 + d3) * 128 + e3) * 128 + f3) * 128 + g3) * 128 + h3,
pairs = pairsHigh * 128 + pairsLow + 1, shape = shapeHigh * 128 + shapeLow } at = at + 12 end else at = at + 16
policy = { field = field, kind = 3, form = 16 * exponent + 2, slack = slack, held = held, per = long, limit = read() }
if kind == 3 then policy.start = now - now % long policy.stop = policy.start + long
policy.nextStop = policy.stop + long else for _ = 1, read() do local stop = read() if stop <= now then
policy.start = stop elseif not policy.stop then policy.stop = stop elseif not policy.nextStop then
policy.nextStop = stop end end if not (policy.start and policy.nextStop) then
return redis.error_reply('ERR the clocks of Redis and of its client differ by more than a calendar window') end end
end policies[i] = policy end local reply, size = { now, nil, nil, nil, nil, nil, nil, nil }, 1 local keys = 0
local changes, changed = { nil, nil, nil, nil, nil, nil, nil, nil }, 0
local one, two, three, format, begin, width, factor, wide, most, packedAs, packing, isKept local planned
local decideRarely local repeats, met, undecided, told = nil, 0, 0, 0 for i = 1, read() do repeats = repeats or {}
repeats[i] = read() end local length = #program while at <= length do
local start, keysBefore, sizeBefore = at, keys, size local head, key, place, cost = byte(program, at, at + 3)
if head > 63 then head, key = read(), nil else at = at + 1 end local asked, times, room = head % 16, 1, 0
if asked == 10 then asked = 0 if undecided == 0 then met, size = met + 1, size + 1
times, sizeBefore, told = repeats[met], size, size undecided, reply[told] = times, 0 end end
local charges, granting, rare, refused = (head - asked) / 16, asked == 0, asked > 1 repeat refused = false
for i = 1, rare and 0 or charges do if not key then key, place, cost = byte(program, at, at + 2) end
if key > 63 or place > 63 or cost > 63 then key, place, cost = read(), read(), read() else at = at + 3 end
if key == 0 then keys = keys + 1 key = keys end cost = cost * times local policy = policies[place]
local packed = policy.held[key] if packed == nil then packed = call('HGET', names[key], policy.field)
if packed and #packed == CUT then packed = packed .. sub(call('HGET', names[key], policy.field .. '+') or '', 9) end
policy.held[key] = packed end local kind = policy.kind local after, stop, due if granting and cost == 0 then
rare = true elseif kind == 1 then local tat, form = now, policy.form if packed then if #packed == 8 then
form, tat = unpackBytes('<BI7', packed) else form = 0 end end local lacks = tat - now
if form ~= policy.form or lacks > 2 * policy.empty then rare = true else if lacks < 0 then lacks = 0 end
local full = lacks + cost * policy.perUnit if granting and full <= policy.empty then stop = now + full
after = pack('<BI7', form, stop) due = not packed or stop >= tat - tat % policy.slack + policy.slack size = size + 1
reply[size] = full elseif granting and charges * times > 1 then
refused, room = true, (policy.empty - lacks) / policy.perUnit else size = size + 1 reply[size] = -1 - lacks end end
elseif kind == 2 then local per, limit = policy.per, policy.limit local opened = now - per
local left, oldest, units, newest local form, last, shape, count
local first, firstMore, total, totalMore, number, numberMore = 0, 0, 0, 0, 0, 0
local numbers, third, second, secondMore local record, isRead if packing ~= policy and policy.record then
if packing and not isKept then
local kept = { one, two, three, format, begin, width, factor, wide, most, packedAs, packing }
packing.packings = packing.packings or {} packing.packings[packedAs] = kept
if wide == 0 then packing.record = kept end isKept = true end record = policy.record
one, two, three, format, begin, width = record[1], record[2], record[3], record[4], record[5], record[6]
factor, wide, most, packedAs, packing = record[7], record[8], record[9], record[10], record[11] end
if packed and packing == policy and wide == 0 then count = (#packed - 9) / width
if count % 1 == 0 and count > 0 and count <= policy.pairs then
form, last, shape, first, total, number = unpackBytes(count > 2 and three or count > 1 and two or one, packed)
isRead = form == policy.form and shape == packedAs end end
if not isRead and (packed or packing ~= policy or packedAs ~= policy.shape) then
form, shape = policy.form, policy.shape if packed then form, shape = byte(packed), byte(packed, 9) end
local isWide = form == policy.form + 3 if isWide then shape = -1 end if packing and not isKept then
local kept = { one, two, three, format, begin, width, factor, wide, most, packedAs, packing }
packing.packings = packing.packings or {} packing.packings[packedAs] = kept
if wide == 0 then packing.record = kept end isKept = true end local isKnown = form == policy.form and shape or isWide
record = isKnown and policy.packings and policy.packings[shape] if record then
one, two, three, format, begin, width = record[1], record[2], record[3], record[4], record[5], record[6]
factor, wide, most, packedAs, packing = record[7], record[8], record[9], record[10], record[11] elseif isWide then
packing, isKept, format, begin, width, factor, wide, most, packedAs =
policy, false, '<BI7I6I4I6I4I6I4c0', 9, 10, 1, 1, 4294967296, -1 elseif isKnown then
local size, usualSize = shape % 8 + 1, policy.shape % 8 + 1
local units, usualUnits = (shape - size + 1) / 8, (policy.shape - usualSize + 1) / 8
local room, usualRoom = size < 7 and 8 * size or 52, usualSize < 7 and 8 * usualSize or 52
if policy.shape == 0 or room - units ~= usualRoom - usualUnits then isKnown = false elseif size == 5 then
one, two, three, format = '<BI7BI5', '<BI7BI5I5', '<BI7BI5I5I5', '<BI7BI5I5I5c0' elseif size == 4 then
one, two, three, format = '<BI7BI4', '<BI7BI4I4', '<BI7BI4I4I4', '<BI7BI4I4I4c0' elseif size == 6 then
one, two, three, format = '<BI7BI6', '<BI7BI6I6', '<BI7BI6I6I6', '<BI7BI6I6I6c0' elseif size == 3 then
one, two, three, format = '<BI7BI3', '<BI7BI3I3', '<BI7BI3I3I3', '<BI7BI3I3I3c0' elseif size == 7 then
one, two, three, format = '<BI7BI7', '<BI7BI7I7', '<BI7BI7I7I7', '<BI7BI7I7I7c0' else isKnown = false end
if isKnown then
packing, isKept, begin, width, factor, wide, most, packedAs = policy, false, 10, size, 2 ^ units, 0, 2 ^ units, shape
end end count = packed and isKnown and (#packed - begin + 1) / width or 0
if not isKnown or count % 1 > 0 or count > policy.pairs or packed and count == 0 then rare = true
elseif not packed then elseif wide > 0 then form, last, first, firstMore, total, totalMore, number, numberMore =
unpackBytes(sub(format, 1, count < 3 and 4 + 4 * count or 16), packed) else
form, last, shape, first, total, number = unpackBytes(count > 2 and three or count > 1 and two or one, packed) end end
if rare then elseif not packed then
form, shape, count, left, oldest, units, newest = policy.form, packedAs, 0, limit, now, 0, opened else
newest, units = last - per, first % factor
if (first - units) / factor * 8 ~= per or newest > now or (now - newest) % 8 > 0 then rare = true
elseif newest <= opened then left, oldest, count = limit, now, 0 else
if count == 1 then total, totalMore = units, firstMore end local used = total % factor
oldest, used, units = newest - (total - used) / factor * 8, used + wide * totalMore, units + wide * firstMore
if oldest <= opened then local step = 1 + wide local single = wide > 0 and 'I6I4' or sub(format, 6, 7)
third = (count - 3) * step + 1
numbers = { unpackBytes('<' .. string.rep(single, count - 2), packed, begin + 2 * width) }
second, secondMore = total - (1 - wide) * units, totalMore - wide * units for i = 1, third, step do
second = second - numbers[i] if wide > 0 then secondMore = secondMore - numbers[i + 1] end end repeat
used, count, units = used - units, count - 1, second % factor
oldest, units = oldest + (second - units) / factor * 8, units + wide * secondMore
second, secondMore, third = numbers[third], numbers[third + 1] or 0, third - step until oldest > opened or not second
rare = oldest <= opened end left = limit - used end end
if rare or left < 0 or left > limit or limit - left + cost >= most then rare = true
elseif not granting or cost > left then if granting and charges * times > 1 then refused, room = true, left else
size = size + 1 reply[size] = -1 - left if left < limit then
reply[size + 1], reply[size + 2] = oldest - opened, newest - opened size = size + 2
if cost > left and cost <= limit then local instant, missing = oldest, cost - left - units
if missing > 0 and oldest < newest then if not numbers then local step = 1 + wide
local single = wide > 0 and 'I6I4' or sub(format, 6, 7) third = (count - 3) * step + 1
numbers = { unpackBytes('<' .. string.rep(single, count - 2), packed, begin + 2 * width) }
second, secondMore = total - (1 - wide) * units, totalMore - wide * units for i = 1, third, step do
second = second - numbers[i] if wide > 0 then secondMore = secondMore - numbers[i + 1] end end end
local i, pair, more = third, second, secondMore repeat local taken = pair % factor
instant, missing = instant + (pair - taken) / factor * 8, missing - taken - wide * more
pair, more, i = numbers[i], numbers[i + 1] or 0, i - 1 - wide until missing <= 0 or not pair end size = size + 1
reply[size] = instant - opened end end end else local numbersFirst, rest, bytes = 3, '', begin + count * width - 1
local added = (now - newest) / 8 * factor + (1 - wide) * cost if count == 0 then if wide > 0 then rare = true end
numbersFirst, units = 1, cost
elseif now == newest or count == policy.pairs and newest - newest % policy.cell == now - now % policy.cell then
if count == 1 then numbersFirst, units = 1, units + cost elseif count == 2 then numbersFirst = 2 else
number, numberMore, rest = number + added, numberMore + cost, sub(packed, begin + 3 * width, bytes) end else
if count == policy.pairs then local step = 1 + wide local single = wide > 0 and 'I6I4' or sub(format, 6, 7)
third = (count - 3) * step + 1
numbers = { unpackBytes('<' .. string.rep(single, count - 2), packed, begin + 2 * width) }
second, secondMore = total - (1 - wide) * units, totalMore - wide * units for i = 1, third, step do
second = second - numbers[i] if wide > 0 then secondMore = secondMore - numbers[i + 1] end end
local cell, later, place, from = policy.cell, newest, 1, begin + 2 * width while place <= third do
local earlier = later - (numbers[place] - numbers[place] % factor) / factor * 8
if earlier - earlier % cell == later - later % cell then break end later, place = earlier, place + step end
if place < third then local pairsBefore = (place - 1) / step rest = sub(packed, from, from + pairsBefore * width - 1)
.. pack('<' .. single, numbers[place] + numbers[place + step], (numbers[place + 1] or 0) + (numbers[place + 3] or 0))
.. sub(packed, from + (pairsBefore + 2) * width, bytes) else rest = sub(packed, from, bytes - width)
if place > third then local taken = second % factor
oldest, units, count = oldest + (second - taken) / factor * 8, units + taken + wide * secondMore, count - 1
rare = oldest <= opened end end else rest = sub(packed, begin + 2 * width, bytes) end
if count == 1 then numbersFirst = 2 end number, numberMore = added, cost end if not rare then
local used = limit - left + cost
stop, due = now + per, not packed or now + per >= last - last % policy.slack + policy.slack
first, firstMore = per / 8 * factor + (1 - wide) * units, units
total, totalMore = (now - oldest) / 8 * factor + (1 - wide) * used, used if wide > 0 then
local head = numbersFirst < 3 and sub(format, 1, 4 + 4 * numbersFirst) or format
after = pack(head, form, stop, first, firstMore, total, totalMore, number, numberMore, rest) else
local head = numbersFirst > 2 and format or numbersFirst > 1 and two or one
after = pack(head, form, stop, shape, first, total, number, rest) end
reply[size + 1], reply[size + 2] = left - cost, opened - oldest size = size + 2 end end else
local used, form, last, held = 0, policy.form, 0, 0 stop = policy.stop if packed then if #packed == 13 then
form, last, held = unpackBytes('<BI7I5', packed) if last > now then stop, used = last, held end else form = 0 end end
if form ~= policy.form or stop - now > 2 * policy.per then rare = true
elseif granting and cost <= policy.limit - used then used = used + cost after = pack('<BI7I5', form, stop, used)
due = not packed or stop >= last - last % policy.slack + policy.slack
reply[size + 1], reply[size + 2] = used, stop - now size = size + 2 elseif granting and charges * times > 1 then
refused, room = true, policy.limit - used else reply[size + 1], reply[size + 2] = -1 - used, stop - now
size = size + 2 end end if rare or refused then break end if after then if charges == 1 then policy.held[key] = after
changes[changed + 1], changes[changed + 2], changes[changed + 3], changes[changed + 4] = key, policy, stop, due
changed = changed + 4 else planned = planned or {} local first = 5 * i
planned[first], planned[first + 1], planned[first + 2] = policy, key, after
planned[first + 3], planned[first + 4] = stop, due end end key = nil end if refused or rare then
for i = sizeBefore + 1, size do reply[i] = nil end at, keys, size, key = start, keysBefore, sizeBefore, nil
if times > 1 then local fit = rare and 1 or room / (cost / times) fit = fit - fit % 1
if fit >= times then fit = times - 1 end times = fit > 1 and fit or 1 rare, refused = false, true read()
elseif refused then granting = false read() end end until not refused if rare then if not decideRarely then
local floor = math.floor local tokenBucket = {} local LONGEST_LEASE = 80000000 function tokenBucket.unpack(packed)
local form, stop = unpackBytes('<BI7', packed) form = form % 16 if form == 1 and #packed == 8 then return { stop } end
if form == 7 and #packed == 27 then local tat, last, out = unpackBytes('<I7I7I5', packed, 9) return { tat, out, last }
end end local function lacking(out, policy) return math.min(out * policy.perUnit, policy.empty) end
function tokenBucket.stop(state, policy) local tat, out = state[1], state[2] if not out then return tat end
return math.max(tat, state[3] + lacking(out, policy)) end function tokenBucket.pack(state, policy)
if not state[2] then return pack('<BI7', policy.form, state[1]) end
return pack('<BI7I7I7I5', policy.form + 6, tokenBucket.stop(state, policy), state[1], state[3], state[2]) end
function tokenBucket.heal(state, policy) local tat, out, last = state[1], state[2], state[3] local mended = false
if tat - now > 2 * policy.empty then tat, mended = now + policy.empty, true end
if out and last > now + LONGEST_LEASE then last, mended = now + LONGEST_LEASE, true end
if mended then return { tat, out, last }, true end return state end function tokenBucket.settle(state, policy)
local tat, out, last = state[1], state[2], state[3] if not out then return state end
if now >= last then return { math.max(tat, last + lacking(out, policy)) } end
return { math.max(tat, now + lacking(out, policy)), out, last } end function tokenBucket.available(state, policy)
local room = policy.empty if state and state[1] > now then room = room - (state[1] - now) end
return room > 0 and floor(room / policy.perUnit) or 0 end function tokenBucket.charge(state, policy, units, instant)
if not state then return { instant + units * policy.perUnit } end
return { math.max(state[1], instant) + units * policy.perUnit, state[2], state[3] } end
function tokenBucket.owe(state, policy, units, instant) return tokenBucket.charge(state, policy, units, instant), true
end function tokenBucket.refund(state, policy, units, mark) local tat = state[1]
if now < mark or tat <= now then return 0, state end local unfilled = units * policy.perUnit - (now - mark)
if unfilled <= 0 then return 0, state end if unfilled > tat - now then unfilled = tat - now end
return unfilled, { tat - unfilled, state[2], state[3] } end function tokenBucket.longest() return LONGEST_LEASE end
function tokenBucket.lease(state, policy, units, stop) local leased = tokenBucket.charge(state, policy, units, now)
leased[2], leased[3] = (leased[2] or 0) + units, math.max(leased[3] or 0, stop) return leased end
function tokenBucket.giveBack(state, policy, spent, unspent) local out = state[2]
if not out then return state, false end local tat = state[1] - unspent * policy.perUnit
out = out - math.min(out, spent + unspent) if out == 0 then return { tat }, true end
return { tat, out, state[3] }, true end local slidingWindow = {} local function numbersOf(log, per)
local count, units = #log, 0 local numbers = { per, log[2] } for i = 2, count, 2 do units = units + log[i] end
if count > 2 then numbers[3], numbers[4] = log[count - 1] - log[1], units for i = count - 1, 5, -2 do
numbers[count + 4 - i], numbers[count + 5 - i] = log[i] - log[i - 2], log[i + 1] end end return numbers, units end
function slidingWindow.pack(log, policy) local numbers, units = numbersOf(log, policy.per)
local count, longest, odd = #numbers, 0, 0 for i = 1, count, 2 do
if numbers[i] > longest then longest = numbers[i] end odd = odd + numbers[i] % 8 end local scale = odd > 0 and 1 or 8
local _, bits = math.frexp(longest / scale) local _, least = math.frexp(units)
local width, usual = floor((bits + least + 7) / 8), policy.shape % 8 + 1
if scale == 8 and width < usual then width = usual end local room = width < 7 and 8 * width or 52
local slack = policy.form - policy.form % 16 local stop = log[#log - 1] + policy.per
if bits + least > 52 or room - bits > 31 then if not (scale == 8 and bits < 49 and least < 33) then
return pack('<BI7' .. string.rep('d', count), slack + 5, stop, unpack(numbers)) end for i = 1, count, 2 do
numbers[i] = numbers[i] / 8 end return pack('<BI7' .. string.rep('I6I4', count / 2), slack + 6, stop, unpack(numbers))
end local factor = 2 ^ (room - bits) for i = 1, count / 2 do
numbers[i] = numbers[2 * i - 1] / scale * factor + numbers[2 * i] end
local format = '<BI7B' .. string.rep('I' .. width, count / 2)
return pack(format, slack + (scale == 8 and 3 or 4), stop, width - 1 + 8 * (room - bits), unpack(numbers)) end
local function numbersIn(packed, form, shape) local numbers = {} if form == 5 or form == 6 then
local count = (#packed - 8) / (form == 5 and 8 or 5) if count < 2 or count % 2 ~= 0 then return nil end
local format = form == 5 and string.rep('d', count) or string.rep('I6I4', count / 2)
numbers = { unpackBytes('<' .. format, packed, 9) } numbers[count + 1] = nil for i = 1, count do
if not (numbers[i] >= 0 and numbers[i] < 6400000000000000) then return nil end
if form == 6 and i % 2 == 1 then numbers[i] = numbers[i] * 8 end end return numbers end local width = shape % 8 + 1
local count = (#packed - 9) / width if form ~= 3 and form ~= 4 or count % 1 ~= 0 then return nil end
local factor, scale = 2 ^ ((shape - width + 1) / 8), form == 4 and 1 or 8
local all = { unpackBytes('<' .. string.rep('I' .. width, count), packed, 10) } for i = 1, count do
local units = all[i] % factor numbers[2 * i - 1], numbers[2 * i] = (all[i] - units) / factor * scale, units end
return numbers end function slidingWindow.unpack(packed) if #packed < 10 then return nil end
local form, stop, shape = unpackBytes('<BI7B', packed) local numbers = numbersIn(packed, form % 16, shape)
if not numbers then return nil end local count, newest = #numbers, stop - numbers[1]
if count == 2 then return { newest, numbers[2] } end
local log, instant, units = { newest - numbers[3], numbers[2] }, newest, numbers[4] - numbers[2]
for i = 5, count, 2 do log[count + 4 - i], log[count + 5 - i] = instant, numbers[i + 1]
instant, units = instant - numbers[i], units - numbers[i + 1] end log[3], log[4] = instant, units
if units < 1 or instant < log[1] then return nil end return log end function slidingWindow.stop(log, policy)
return log[#log - 1] + policy.per end function slidingWindow.heal(log, policy) local latest = now + policy.per
if log[#log - 1] <= latest then return log end local healed = {} for i = 1, #log, 2 do
healed[i] = log[i] > latest and latest or log[i] healed[i + 1] = log[i + 1] end return healed, true end
function slidingWindow.available(log, policy) local left, first = policy.limit, 1 if log then
local opened = now - policy.per first = #log - 1 while first > 0 and log[first] > opened do
left = left - log[first + 1] first = first - 2 end first = first + 2 end if left < 0 then return 0, left, first end
return left, left, first end function slidingWindow.wait(log, policy, first, missing)
local opened, count = now - policy.per, #log for i = first, count, 2 do missing = missing - log[i + 1]
if missing <= 0 then return log[i] - opened end end return log[count - 1] - opened end
local function fold(log, count, cell) local place = count - 3
while place > 1 and floor(log[place] / cell) ~= floor(log[place + 2] / cell) do place = place - 2 end
log[place + 3] = log[place + 1] + log[place + 3] for i = place, count - 2 do log[i] = log[i + 2] end
log[count - 1], log[count] = nil, nil end function slidingWindow.charge(log, policy, units, instant, since)
if not log then return { instant, units } end local opened, count, dead = (since or instant) - policy.per, #log, 0
while dead < count and log[dead + 1] <= opened do dead = dead + 2 end if dead > 0 then for i = 1, count do
log[i] = log[i + dead] end count = count - dead end local i = count while i > 0 and log[i - 1] > instant do i = i - 2
end if i > 0 and log[i - 1] == instant then log[i] = log[i] + units else for j = count, i + 1, -1 do
log[j + 2] = log[j] end log[i + 1], log[i + 2] = instant, units count = count + 2 end
while count > 2 * policy.pairs do fold(log, count, policy.cell) count = count - 2 end return log end
function slidingWindow.owe(log, policy, units, instant) if instant + policy.per <= now then return log end
return slidingWindow.charge(log, policy, units, instant), true end
function slidingWindow.refund(log, policy, units, mark) if mark + policy.per <= now then return 0, log end
local cell, count = policy.cell, #log for i = 1, count, 2 do if log[i] >= mark then
if log[i] - log[i] % cell ~= mark - mark % cell then break end local held = log[i + 1] if units < held then
log[i + 1] = held - units return units, log end for j = i, count do log[j] = log[j + 2] end
return held, #log > 0 and log or nil end end return 0, log end function slidingWindow.longest(_, policy)
return policy.per end function slidingWindow.lease(log, policy, units, stop)
return slidingWindow.charge(log, policy, units, stop, now) end
function slidingWindow.giveBack(log, policy, _, unspent, stop)
local back, after = slidingWindow.refund(log, policy, unspent, stop) return after, back > 0 end local fixedWindow = {}
function fixedWindow.unpack(packed) if #packed ~= 13 then return nil end
local form, stop, used = unpackBytes('<BI7I5', packed) if form % 16 == 2 then return { stop, used } end end
function fixedWindow.pack(state, policy) return pack('<BI7I5', policy.form, state[1], state[2]) end
function fixedWindow.stop(state) return state[1] end function fixedWindow.heal(state, policy)
if state[1] - now <= 2 * policy.per then return state end return { policy.nextStop, state[2] }, true end
function fixedWindow.available(state, policy) local left = policy.limit
if state and state[1] > now then left = left - state[2] end return left > 0 and left or 0 end
function fixedWindow.charge(state, policy, units, instant)
if state and state[1] > instant then return { state[1], state[2] + units } end return { policy.stop, units } end
function fixedWindow.owe(state, policy, units, instant)
if state and state[1] > now or instant >= policy.start and instant < policy.stop then
return fixedWindow.charge(state, policy, units, instant), true end return state end
function fixedWindow.refund(state, _, units, mark) if state[1] ~= mark or mark <= now then return 0, state end
if units > state[2] then units = state[2] end return units, { mark, state[2] - units } end
function fixedWindow.longest(state, policy) return (state and state[1] > now and state[1] or policy.stop) - now end
function fixedWindow.lease(state, policy, units) return fixedWindow.charge(state, policy, units, now) end
function fixedWindow.giveBack(state, policy, _, unspent)
local back, after = fixedWindow.refund(state, policy, unspent, state[1]) return after, back > 0 end
local algorithms = { tokenBucket, slidingWindow, fixedWindow } local function change(policy, key, after, stop, due)
policy.held[key] = after
changes[changed + 1], changes[changed + 2], changes[changed + 3], changes[changed + 4] = key, policy, stop, due
changed = changed + 4 end local function open(key, policy) local packed, state = policy.held[key], nil
if packed == nil then packed = call('HGET', names[key], policy.field)
if packed and #packed == CUT then packed = packed .. sub(call('HGET', names[key], policy.field .. '+') or '', 9) end
policy.held[key] = packed end if packed and #packed >= 8 then state = algorithms[policy.kind].unpack(packed) end
if not state then policy.held[key] = false end return state end local function keep(key, policy, state, moved)
if not state then return change(policy, key, false, now, false) end
local algorithm, before = algorithms[policy.kind], policy.held[key]
local packed, stop = algorithm.pack(state, policy), algorithm.stop(state, policy) local due = true
if before and not moved then local form, last = unpackBytes('<BI7', before) local slack = policy.slack
due = form - form % 16 ~= policy.form - policy.form % 16 or stop >= last - last % slack + slack end
change(policy, key, packed, stop, due) end local function answer(state, policy, cost, taken, left, first)
local kind, number = policy.kind, 0 if kind == 1 then if state and state[1] > now then number = state[1] - now end
size = size + 1 reply[size] = taken and number or -1 - number elseif kind == 3 then local stop = 0
if state then stop, number = state[1] - now, state[2] end
reply[size + 1], reply[size + 2] = taken and number or -1 - number, stop size = size + 2 else
if left > 0 then number = left end size = size + 1 reply[size] = taken and number or -1 - number
local limit = policy.limit if number < limit then
reply[size + 1] = slidingWindow.wait(state, policy, first, number + 1 - left)
reply[size + 2] = slidingWindow.stop(state, policy) - now size = size + 2 end
if not taken and cost > number and cost <= limit then size = size + 1
reply[size] = slidingWindow.wait(state, policy, first, cost - left) end end end
local function prepare(key, policy, owes, keeps) local algorithm, state = algorithms[policy.kind], open(key, policy)
local mended, changes = false, false if state then state, mended = algorithm.heal(state, policy)
if mended and keeps then keep(key, policy, state, true) end
if policy.kind == 1 then state = tokenBucket.settle(state, policy) end end if owes then for _ = 1, read() do
local units, ago = read(), read() local charged state, charged = algorithm.owe(state, policy, units, now - ago)
changes = changes or charged end if changes then state = algorithm.heal(state, policy) end end
if keeps and changes then keep(key, policy, state, mended) end return state end
local places, chosen, states, costs, availables, lefts, firsts = {}, {}, {}, {}, {}, {}, {}
local function take(i, units) local policy, state, left, first = chosen[i], states[i], lefts[i], firsts[i]
if units > 0 then state = algorithms[policy.kind].charge(state, policy, units, now) keep(places[i], policy, state)
if policy.kind == 2 then left, first = left - units, 1 end end answer(state, policy, units, true, left, first) end
local function lease(charges) local calls, share, life = read(), read(), read() for i = 1, charges do
local policy, cost = chosen[i], costs[i]
if cost > 0 then calls = math.min(calls, floor(availables[i] / (cost * share))) end
life = math.min(life, algorithms[policy.kind].longest(states[i], policy)) end size = size + 1 reply[size] = calls
if calls > 0 then size = size + 1 reply[size] = life end for i = 1, charges do
local policy, state, left, first, units = chosen[i], states[i], lefts[i], firsts[i], calls * costs[i]
if units > 0 then state = algorithms[policy.kind].lease(state, policy, units, now + life)
keep(places[i], policy, state) if policy.kind == 2 then left, first = left - units, 1 end end
answer(state, policy, costs[i], calls > 0, left, first) end end local function giveBack(charges)
local spent, unspent, stop = read(), read(), read() for i = 1, charges do
local policy, state, cost = chosen[i], states[i], costs[i] if state and cost > 0 and now < stop then
local after, changed = algorithms[policy.kind].giveBack(state, policy, spent * cost, unspent * cost, stop)
if changed then keep(places[i], policy, after) end end end end decideRarely = function() local head = read()
if head % 16 == 10 then head = head - 10 end local kind, owes = head % 4, head % 8 > 3
local charges = (head - head % 16) / 16 local fits, available = true, 0 for i = 1, charges do
local key, policy, cost = read(), policies[read()], read() if key == 0 then keys = keys + 1 key = keys end
local state = prepare(key, policy, owes, head % 16 ~= 1 and head % 16 ~= 5)
places[i], chosen[i], states[i], costs[i] = key, policy, state, cost
available, lefts[i], firsts[i] = algorithms[policy.kind].available(state, policy) availables[i] = available
if cost > available then fits = false end end if head % 16 == 8 then lease(charges) elseif head % 16 == 9 then
giveBack(charges) elseif kind == 0 and fits then for i = 1, charges do take(i, costs[i]) end elseif kind < 2 then
for i = 1, charges do answer(states[i], chosen[i], costs[i], false, lefts[i], firsts[i]) end elseif kind == 2 then
local granted, policy = costs[1], chosen[1] if granted > available then granted = available end size = size + 1
reply[size] = granted if costs[1] > 0 and (policy.limit or policy.empty) == 0 then
answer(states[1], policy, costs[1], false, lefts[1], firsts[1]) else take(1, granted) end else
local mark, policy = read(), chosen[1] local back = 0 if states[1] then local state
back, state = algorithms[policy.kind].refund(states[1], policy, costs[1], mark)
if back > 0 then keep(places[1], policy, state) end end size = size + 1 reply[size] = back end end end decideRarely()
elseif granting and charges > 1 then for first = 5, 5 * charges, 5 do
local policy, key, after = planned[first], planned[first + 1], planned[first + 2]
local stop, due = planned[first + 3], planned[first + 4] policy.held[key] = after
changes[changed + 1], changes[changed + 2], changes[changed + 3], changes[changed + 4] = key, policy, stop, due
changed = changed + 4 end end if undecided > 0 then if reply[sizeBefore + 1] < 0 then undecided = 0 else
reply[told] = reply[told] + times if sizeBefore > told then local answered = size size = told + size - sizeBefore
for i = 1, size - told do reply[told + i] = reply[sizeBefore + i] end for i = size + 1, answered do reply[i] = nil end
end undecided = undecided - times if undecided > 0 then at, keys = start, keysBefore end end end end local WRITTEN = 0
local ends, lastExpiry, lastText = nil, 0, '' local set while changed > 0 do changed = changed - 4
local key, policy, stop, due = changes[changed + 1], changes[changed + 2], changes[changed + 3], changes[changed + 4]
local name, packed = names[key], policy.held[key] local expiry = stop - stop % policy.slack + policy.slack
local kept = due and 0 or expiry local fields = 0 if packed == WRITTEN then elseif not packed then
call('HDEL', name, policy.field, policy.field .. '+') kept = expiry
elseif #packed <= LONGEST and changes[changed - 3] ~= key then policy.held[key] = WRITTEN
call('HSET', name, policy.field, packed) fields = 1 else policy.held[key] = WRITTEN local size = 0
set = set or { nil, nil, nil, nil, nil, nil, nil, nil } while true do local field = policy.field
if #packed > LONGEST and #packed <= CUT + LONGEST - 8 then
set[size + 1], set[size + 2] = field .. '+', sub(packed, 1, 8) .. sub(packed, CUT + 1) size = size + 2
packed = sub(packed, 1, CUT) end set[size + 1], set[size + 2] = field, packed size = size + 2
if changes[changed - 3] ~= key then break end policy = changes[changed - 2] packed = policy.held[key]
if not packed or packed == WRITTEN then break end policy.held[key] = WRITTEN stop = changes[changed - 1]
stop = stop - stop % policy.slack + policy.slack if stop > expiry then expiry = stop end
if stop > kept and not changes[changed] then kept = stop end changed = changed - 4 end fields = size / 2
if fields == 2 then call('HSET', name, set[1], set[2], set[3], set[4]) elseif fields == 3 then
call('HSET', name, set[1], set[2], set[3], set[4], set[5], set[6]) else call('HSET', name, unpack(set, 1, size)) end
end if kept < expiry and (ends and ends[key] or 0) < expiry then if call('HLEN', name) > fields then
local all, gone = call('HGETALL', name), {} for i = 2, #all, 2 do local form, last
if #all[i] >= 8 then form, last = unpackBytes('<BI7', all[i]) end
if last and last + KEPT > now and last < now + 6400000000000000 then
local slack = 8000000 * 2 ^ ((form - form % 16) / 16) last = last - last % slack + slack
if last > expiry then expiry = last end else gone[#gone + 1] = all[i - 1] end end for first = 1, #gone, 1000 do
call('HDEL', name, unpack(gone, first, #gone < first + 999 and #gone or first + 999)) end end ends = ends or {}
ends[key] = expiry if expiry < now then expiry = now end if expiry ~= lastExpiry then
lastExpiry, lastText = expiry, string.format('%d', (expiry - now + KEPT) / 8000 + 1) end
call('PEXPIRE', name, lastText) end end local text for first = 1, size, 1000 do
local last = size < first + 999 and size or first + 999
local part = pack('<' .. string.rep('d', last - first + 1), unpack(reply, first, last))
text = text and text .. part or part end return text`;

/** lua/throttle.lua and what it includes. */
export const throttleBody = `local APART, HEAD, HEAD_SIZE, BUCKET, MOST = 1, '<Bdd', 17, '<I2c0dddI6I2', 129
local SHORT, SHORT_SIZE, LONG, LONG_SIZE = '<I4I2', 6, '<dI4', 12
local ALIKE, TERMS, NUMBERS, NUMBERS_SIZE, END, END_SIZE = 2, 'I2c0d', '<dI2I4', 14, '<I4I2d', 14 local SPARE = 16
local call, byte, sub, ceil, floor = redis.call, string.byte, string.sub, math.ceil, math.floor
local pack, unpackBytes, concat, rep, find, format =
struct.pack, struct.unpack, table.concat, string.rep, string.find, string.format
local now, keptLonger = tonumber(ARGV[1]), 3600000 if now == 0 then local time = call('TIME')
now, keptLonger = time[1] * 1000 + floor(time[2] / 1000), 0 end local plans, argument = { nil }, 3
for i = 1, tonumber(ARGV[2]) do local from, hits, limits = argument, tonumber(ARGV[argument]), { nil, nil, nil }
local terms = { nil, nil, nil, nil, nil, nil, nil, nil, nil } argument = argument + 2 for j = 1, hits do
local name = ARGV[argument]
terms[3 * j - 2], terms[3 * j - 1], terms[3 * j] = #name, name, tonumber(ARGV[argument + 1])
limits[j] = tonumber(ARGV[argument + 2]) argument = argument + 4 end plans[i] = {
from = from, hits = hits, limits = limits, terms = terms,
start = pack('<BI2' .. rep(TERMS, hits), ALIKE, hits, unpack(terms, 1, 3 * hits)),
tail = END .. rep(NUMBERS, hits), tailSize = END_SIZE + NUMBERS_SIZE * hits } end local function asksOf(plan)
if not plan.asks then local asks = { nil, nil, nil } for i = 1, plan.hits do asks[i] = {
name = plan.terms[3 * i - 1], ttl = plan.terms[3 * i], limit = plan.limits[i],
block = tonumber(ARGV[plan.from + 4 * i + 1]) } end asks.shared = ARGV[plan.from + 1] == '1' plan.asks = asks end
return plan.asks end local program, at = ARGV[argument], 1 local function read() local digit = byte(program, at)
local number = 0 at = at + 1 while digit >= 64 do number = (number + digit - 64) * 64 digit = byte(program, at)
at = at + 1 end return number + digit end local function sameCell(moment, other, ttl) local cell = ttl / (MOST - 1)
return floor(moment / cell) == floor(other / cell) end local function fits(base, moment, count)
local since = moment - base
return since >= 0 and since < 4294967296 and since % 1 == 0 and base + since == moment and count < 65536 end
local parts = {} local function keptFor(over, kept) if over <= kept then return kept end
local slack = (over - now) / 8 if slack < 1000 then slack = 1000 end return ceil(over + slack) end
local function lifeUntil(kept) return format('%.0f', kept - now + keptLonger) end
local function set(key, packed, kept, before) if kept == before then call('SET', key, packed, 'KEEPTTL') else
call('SET', key, packed, 'PX', lifeUntil(kept)) end end local function write(key, last, over, before)
local kept = keptFor(over, before) parts[1] = pack(HEAD, APART, now, kept)
set(key, concat(parts, '', 1, last), kept, before) end local function held(key) local packed = call('GET', key)
if not packed then return nil end local form = byte(packed)
if (form == APART or form == ALIKE) and #packed >= HEAD_SIZE then return packed end end
local tail, placeTexts = { nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil }, {}
local reply, size = { nil, nil, nil, nil, nil, nil, nil, nil }, 0 local decideRarely local keys, length = 0, #program
while at <= length do local group, place = byte(program, at, at + 1) if group > 63 or group == 0 or place > 63 then
group, place = read(), nil else at = at + 2 end local times = 1 if group == 0 then group, times = 1, read() end
local first, plan, asks = keys + 1, plans[place or read()], nil keys = keys + group if group > 1 then
asks = { asksOf(plan) } for i = 2, group do asks[i] = asksOf(plans[read()]) end end
local key, repeated, together = KEYS[first], times > 1, times while times > 0 do if repeated then size = size + 1 end
local start, rare, changed = size, group > 1, true if not rare then local packed = held(key)
if not packed or find(packed, plan.start, 1, true) == 1 then
local base, rows, last, since, those, kept, place = now, 0, 0, 0, 0, 0, 0 local rowsAt = #plan.start + 9
if packed then base = unpackBytes('<d', packed, rowsAt - 8) last = #packed - plan.tailSize + 1
since, those, kept, place = unpackBytes(END, packed, last) rows = (last - rowsAt) / SHORT_SIZE + 1 end
rare = base + since > now if packed and base + since == now then those = those + together else
rows, those = rows + 1, together end local terms, limits = plan.terms, plan.limits
local over, least, count, seen, past, others = 0, rows, 3, -1, 0, 0 for i = 1, plan.hits do local ttl = terms[3 * i]
local moment = now + ttl local ends, first, hits = 0, 0, 0 if packed then
ends, first, hits, place = unpackBytes(NUMBERS, packed, place)
for row = rowsAt + first * SHORT_SIZE, last, SHORT_SIZE do if row ~= seen then
past, others = unpackBytes(SHORT, packed, row) seen = row end if base + past + ttl > now then break end
first, hits = first + 1, hits - others end end if ends <= now then ends = moment end
if moment > over then over = moment end if first < least then least = first end hits = hits + together
if rare or hits > limits[i] or moment <= now then rare = true break end
tail[count + 1], tail[count + 2], tail[count + 3] = ends, first, hits count = count + 3
reply[size + 1], reply[size + 2] = hits, ends - now size = size + 2 end
if rare or rows - least > MOST or not fits(base, now, those) then rare, size = true, start else
local longer = keptFor(over, kept) local row = rowsAt + (rows - 1) * SHORT_SIZE
tail[1], tail[2], tail[3] = now - base, those, longer if packed and least <= SPARE then local text = placeTexts[row]
if not text then text = format('%d', row - 1) placeTexts[row] = text end
call('SETRANGE', key, text, pack(plan.tail, unpack(tail, 1, count)))
if longer > kept then call('PEXPIRE', key, lifeUntil(longer)) end else
for i = 5, count, 3 do tail[i] = tail[i] - least end
local held = packed and sub(packed, rowsAt + least * SHORT_SIZE, row - 1) or ''
set(key, plan.start .. pack('<d', base) .. held .. pack(plan.tail, unpack(tail, 1, count)), longer, kept) end end else
local form, written, kept, place = unpackBytes(HEAD, packed) local over, refused, count = 0, false, 1
rare = form ~= APART or written > now local asked = asksOf(plan) for i = 1, #asked do if rare or place > #packed then
rare = true break end local hit = asked[i]
local name, ends, blockEnds, base, hits, length, from = unpackBytes(BUCKET, packed, place)
local form, width = SHORT, SHORT_SIZE if base == 0 then form, width = LONG, LONG_SIZE end local stop = from + length
place = stop if name ~= hit.name then rare = true break end while from < stop do
local moment, others = unpackBytes(form, packed, from) if base + moment > now then break end
from, hits = from + width, hits - others end if blockEnds > 0 then
if hit.block <= 0 or blockEnds <= now or ends <= now then rare = true break end refused = true
reply[size + 1], reply[size + 2], reply[size + 3] = -1 - hits, ends - now, blockEnds - now size = size + 3 else
local moment = now + hit.ttl if ends <= now then ends = moment end if ends > over then over = ends end
if moment > over then over = moment end hits = hits + together local those, till = together, stop - 1
if from < stop then local newest, others = unpackBytes(form, packed, stop - width) newest = base + newest
if newest > moment then rare = true end local isFull = stop - from >= MOST * width
if newest == moment or isFull and sameCell(newest, moment, hit.ttl) then those, till = others + together, till - width
elseif isFull then rare = true end else base, form, width = moment, SHORT, SHORT_SIZE end
if rare or hits > hit.limit or moment <= now or base > 0 and not fits(base, moment, those) then rare = true break end
parts[count + 1] = pack(BUCKET, #name, name, ends, 0, base, hits, till - from + 1 + width)
parts[count + 2] = sub(packed, from, till) parts[count + 3] = pack(form, moment - base, those) count = count + 3
reply[size + 1], reply[size + 2] = hits, ends - now size = size + 2 end end if rare or place <= #packed then
rare, size = true, start elseif not refused then write(key, count, over, kept) else changed = false
local i = start + 1 while i <= size do if reply[i] < 0 then i = i + 3 else reply[i] = reply[i] - together i = i + 2
end end end end end if rare and together > 1 then size, together = size - 1, 1 else if rare then
if not decideRarely then local function pairAt(log, place)
local moment, count = unpackBytes(log.base > 0 and SHORT or LONG, log.pairs, place) return log.base + moment, count
end local function widthOf(log) return log.base > 0 and SHORT_SIZE or LONG_SIZE end local function listOf(log)
local list = {} for place = 1, #log.pairs, widthOf(log) do list[#list + 1] = { pairAt(log, place) } end return list
end local function fill(log, list) local base, form, packed = list[1][1], SHORT, {} for _, pair in ipairs(list) do
if not fits(base, pair[1], pair[2]) then base, form = 0, LONG end end
for i, pair in ipairs(list) do packed[i] = pack(form, pair[1] - base, pair[2]) end
log.base, log.pairs = base, concat(packed) end local function current(packed, hits, base, shift)
local log, place = { pairs = packed, hits = hits, base = base }, 1 while place <= #packed do
local moment, count = pairAt(log, place) if moment + shift > now then break end
place, log.hits = place + widthOf(log), log.hits - count end if place > 1 then log.pairs = sub(packed, place) end
if shift ~= 0 and log.pairs ~= '' then local list = listOf(log)
for _, pair in ipairs(list) do pair[1] = pair[1] + shift end fill(log, list) end return log end
local function keep(state, name, window, log)
if window.ends <= now and window.blockEnds <= now and #log.pairs == 0 then return end
state.names[#state.names + 1] = name state.windows[name], state.logs[name] = window, log
state.shared = state.shared or window end local function shiftFrom(state, written, kept)
if written <= now then state.kept = kept else state.moved = true end return math.min(0, now - written) end
local function loadApart(state, packed) local _, written, kept, place = unpackBytes(HEAD, packed)
local shift = shiftFrom(state, written, kept) while place <= #packed do
local name, ends, blockEnds, base, hits, length, from = unpackBytes(BUCKET, packed, place) place = from + length
local window = { ends = ends + shift, blocked = blockEnds > 0, blockEnds = blockEnds + shift }
keep(state, name, window, current(sub(packed, from, place - 1), hits, base, shift)) end end
local function loadAlike(state, packed) local _, buckets, place = unpackBytes('<BI2', packed)
local names, ttls = {}, {}
for i = 1, buckets do names[i], ttls[i], place = unpackBytes('<' .. TERMS, packed, place) end
local base, rowsAt = unpackBytes('<d', packed, place) local last = #packed - END_SIZE - NUMBERS_SIZE * buckets + 1
local since, _, kept, numbersAt = unpackBytes(END, packed, last) local shift = shiftFrom(state, base + since, kept)
state.moved = true for i = 1, buckets do local ends, first, log, list = 0, 0, { pairs = '', hits = 0, base = 0 }, {}
ends, first, log.hits, numbersAt = unpackBytes(NUMBERS, packed, numbersAt)
for row = rowsAt + first * SHORT_SIZE, last, SHORT_SIZE do local past, count = unpackBytes(SHORT, packed, row)
local moment = base + past + ttls[i] + shift
if moment > now then list[#list + 1] = { moment, count } else log.hits = log.hits - count end end
if #list > 0 then fill(log, list) end
keep(state, names[i], { ends = ends + shift, blocked = false, blockEnds = 0 }, log) end end local function load(key)
local state, packed = { names = {}, windows = {}, logs = {}, kept = 0 }, held(key) if not packed then return state end
if byte(packed) == ALIKE then loadAlike(state, packed) else loadApart(state, packed) end return state end
local function save(key, state, plan) local over, last, placed = now, 1, {} local function put(name)
local window, log = plan.shared and state.shared or state.windows[name], state.logs[name]
if placed[name] or not window then return end placed[name] = true
local held, hits, blockEnds = log and log.pairs or '', log and log.hits or 0, window.blocked and window.blockEnds or 0
local ends = math.max(window.ends, blockEnds)
if #held > 0 then ends = math.max(ends, (pairAt(log, #held - widthOf(log) + 1))) end if ends <= now then return end
over = math.max(over, ends)
parts[last + 1] = pack(BUCKET, #name, name, window.ends, blockEnds, log and log.base or 0, hits, #held)
parts[last + 2] = held last = last + 2 end for _, hit in ipairs(plan) do put(hit.name) end
for _, name in ipairs(state.names) do put(name) end if over > now then write(key, last, over, state.kept) else
call('DEL', key) end end local function insert(log, moment, ttl) local list, place = listOf(log), 1
while list[place] and list[place][1] < moment do place = place + 1 end
if list[place] and list[place][1] == moment then list[place][2] = list[place][2] + 1 else
table.insert(list, place, { moment, 1 }) end if #list > MOST then local left, nearest, gap = {}, 1, math.huge
for _, pair in ipairs(list) do local last = left[#left] if last and sameCell(last[1], pair[1], ttl) then
last[1], last[2] = pair[1], last[2] + pair[2] else left[#left + 1] = pair end end if #left > MOST then
for i = 1, #left - 1 do local between = left[i + 1][1] - left[i][1]
if between < gap then nearest, gap = i, between end end left[nearest + 1][2] = left[nearest + 1][2] + left[nearest][2]
table.remove(left, nearest) end list = left end fill(log, list) end local function add(state, hit)
local log, moment = state.logs[hit.name] or { pairs = '', hits = 0, base = 0 }, now + hit.ttl
if moment <= now then return log.hits + 1 end local newest, hits, width = 0, 0, widthOf(log) local length = #log.pairs
if length > 0 then newest, hits = pairAt(log, length - width + 1) end local isFull = length >= MOST * width
local joins = isFull and newest < moment and sameCell(newest, moment, hit.ttl)
if newest < moment and (joins or not isFull) and log.base > 0 and fits(log.base, moment, joins and hits + 1 or 1) then
if joins then log.pairs = sub(log.pairs, 1, length - width) end
log.pairs = log.pairs .. pack(SHORT, moment - log.base, joins and hits + 1 or 1) elseif joins then
local list = listOf(log) list[#list] = { moment, hits + 1 } fill(log, list) else insert(log, moment, hit.ttl) end
log.hits = log.hits + 1 state.logs[hit.name] = log return log.hits end local function hitsOf(state, name)
local log = state.logs[name] return log and log.hits or 0 end local function refuses(state, window, hit)
local hits = hitsOf(state, hit.name) if hit.block <= 0 then return hits >= hit.limit end
if not window or not window.blocked then return hits + 1 > hit.limit end
return window.blockEnds > now or 1 > hit.limit end local function leftUntil(moment) return math.max(0, moment - now)
end local function windowOf(state, shared, name) if shared then return state.shared end return state.windows[name] end
local function count(state, shared, hit) local window = windowOf(state, shared, hit.name)
local isBlocked = refuses(state, window, hit) window = window or { ends = now, blocked = false, blockEnds = 0 }
if not state.windows[hit.name] then state.names[#state.names + 1] = hit.name end
state.shared, state.windows[hit.name] = state.shared or window, window local changed = window.ends <= now
if changed then window.ends = now + hit.ttl end local totalHits, untilFree = hitsOf(state, hit.name), 0
if hit.block <= 0 then if isBlocked then
local oldest = totalHits > 0 and pairAt(state.logs[hit.name], 1) or window.ends
totalHits, untilFree = totalHits + 1, leftUntil(oldest) else totalHits, changed = add(state, hit), true end else
if window.blocked and window.blockEnds <= now then window.blocked, state.logs[hit.name] = false, nil end
if not window.blocked then totalHits, changed = add(state, hit), true
if isBlocked then window.blocked, window.blockEnds = true, now + hit.block end end
if isBlocked then untilFree = leftUntil(window.blockEnds) end end
reply[size + 1], reply[size + 2] = isBlocked and -1 - totalHits or totalHits, leftUntil(window.ends) size = size + 2
if isBlocked then size = size + 1 reply[size] = untilFree end return changed end
local function leave(state, shared, hit) local window = windowOf(state, shared, hit.name)
reply[size + 1] = hitsOf(state, hit.name)
reply[size + 2] = leftUntil(window and window.ends > now and window.ends or now + hit.ttl) size = size + 2 end
function decideRarely(first, asks) local states, refusals, refused, changes = {}, {}, false, {}
for i, plan in ipairs(asks) do local key = KEYS[first + i - 1] states[key] = states[key] or load(key)
if states[key].moved then changes[key] = plan end for _, hit in ipairs(plan) do local state = states[key]
refusals[#refusals + 1] = refuses(state, windowOf(state, plan.shared, hit.name), hit)
refused = refused or refusals[#refusals] end end local asked = 0 for i, plan in ipairs(asks) do
local key = KEYS[first + i - 1] for _, hit in ipairs(plan) do asked = asked + 1
if refused and not refusals[asked] then leave(states[key], plan.shared, hit)
elseif count(states[key], plan.shared, hit) then changes[key] = plan end end end
for key, plan in pairs(changes) do save(key, states[key], plan) end return next(changes) ~= nil end end
changed = decideRarely(first, asks or { asksOf(plan) }) end if not changed then together = times end
if repeated then reply[start] = together end times = times - together if rare then together = times end end end end
local text for first = 1, size, 1000 do local last = size < first + 999 and size or first + 999
local part = pack('<' .. string.rep('d', last - first + 1), unpack(reply, first, last))
text = text and text .. part or part end return text`;
