-- sliding-window.lua for an ask that is no refund and owes nothing, on the packed log itself (packing.lua, form 3): the
-- sum of its numbers has the units and the length of all pairs, and a fold is the sum of two neighbours.
local per, limit, bits = policy.per, policy.limit, policy.bits
local opened = now - per
local form, last, shape, width = policy.form, now, 0, 0
if packed then
  if #packed > 9 then form, last, shape = unpackBytes('<BI7B', packed) end
  width = shape % 8 + 1
else
  -- As short as the window allows: numbers get longer when there are more units.
  width = (bits + 8 - bits % 8) / 8
  shape = 8 * (8 * width - bits) + width - 1
end
local all, one, tail, room = '', '', '', 0
if width == 5 then
  all, one, tail, room = '<I5I5I5I5I5I5I5I5I5I5I5', '<I5', '<BI7Bc0I5', 40
elseif width == 4 then
  all, one, tail, room = '<I4I4I4I4I4I4I4I4I4I4I4', '<I4', '<BI7Bc0I4', 32
elseif width == 6 then
  all, one, tail, room = '<I6I6I6I6I6I6I6I6I6I6I6', '<I6', '<BI7Bc0I6', 48
elseif width == 3 then
  all, one, tail, room = '<I3I3I3I3I3I3I3I3I3I3I3', '<I3', '<BI7Bc0I3', 24
elseif width == 7 then
  all, one, tail, room = '<I7I7I7I7I7I7I7I7I7I7I7', '<I7', '<BI7Bc0I7', 52
end
-- A µs in a number; a unit is 1.
local factor = 2 ^ (room - bits)
local window = per / 8 * factor
local count, newest = packed and (#packed - 9) / width or 0, last - per
if bits == 0 or shape ~= 8 * (room - bits) + width - 1 or count % 1 > 0
  or form ~= policy.form and form ~= policy.form + 3 or packed and (newest > now or (now - newest) % 8 > 0) then
  rare = true
else
  -- Units in the window; of the oldest pair that counts: its instant, units and place.
  local total, oldest, units, place = 0, now, 0, 10
  if packed then
    local sum, first, padded = 0, 0, packed
    if count == 1 then
      first = unpackBytes(one, packed, 10)
      sum = first
    else
      if count % 11 > 0 then padded = packed .. ZEROS end
      for from = 10, #packed, 11 * width do
        local a, b, c, d, e, f, g, h, m, n, o = unpackBytes(all, padded, from)
        sum = sum + a + b + c + d + e + f + g + h + m + n + o
        if from == 10 then first = a end
      end
    end
    units = first % factor
    if first - units ~= window then
      rare = true
    elseif newest <= opened then
      count = 0
    else
      sum = sum - window
      total = sum % factor
      oldest = newest - (sum - total) / factor * 8
      while oldest <= opened do
        total, count, place = total - units, count - 1, place + width
        local pair = unpackBytes(one, packed, place)
        units = pair % factor
        oldest = oldest + (pair - units) / factor * 8
      end
    end
  end
  local left = limit - total
  if rare or left < 0 or total + cost >= factor or count > policy.pairs then
    rare = true
  elseif not granting or cost > left then
    if granting and charges > 1 then
      refused = true
    else
      size = size + 1
      reply[size] = -1 - left
      if total > 0 then
        reply[size + 1], reply[size + 2] = oldest - opened, newest - opened
        size = size + 2
        if cost > left and cost <= limit then
          local missing = cost - left - units
          while missing > 0 do
            place = place + width
            local pair = unpackBytes(one, packed, place)
            units = pair % factor
            oldest = oldest + (pair - units) / factor * 8
            missing = missing - units
          end
          size = size + 1
          reply[size] = oldest - opened
        end
      end
    end
  else
    -- The log after: what comes before its newest pair, and that pair.
    local before, pair = '', (now - newest) / 8 * factor + cost
    stop = now + per
    if count == 0 then
      form, pair = policy.form, window + cost
    elseif count < policy.pairs and now > newest then
      form = policy.form
      if place == 10 then
        before = sub(packed, 10)
      else
        before = pack(one, window + units) .. sub(packed, place + width)
      end
    elseif place > 10 then
      rare = true
    else
      -- The log is full, or its newest pair is of now. `form` tells whether its pairs lie in cells of their own.
      -- @include frequent-fold.lua
    end
    if not rare then
      after = pack(tail, form, stop, shape, before, pair)
      due = not packed or stop >= last - last % policy.slack + policy.slack
      reply[size + 1], reply[size + 2], reply[size + 3] = left - cost, oldest - opened, per
      size = size + 3
    end
  end
end
