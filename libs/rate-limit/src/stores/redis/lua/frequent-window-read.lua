-- Reads a packed log by straight-line code, eleven pairs at a time.
local bits = policy.bits
form, last, shape = policy.form, now, 0
if packed and #packed > 9 then form, last, shape = unpackBytes('<BI7B', packed) end
newest, plain, start, wide = last - per, policy.form, 10, 0
local all
if form > plain + 3 then
  -- Units and time have numbers of their own.
  plain, full, start, width, factor, wide, most = plain + 4, plain + 5, 9, 10, 1, 1, 4294967296
  all, one = '<I6I4I6I4I6I4I6I4I6I4I6I4I6I4I6I4I6I4I6I4I6I4', '<I6I4'
  tail, folded = '<BI7c0I6I4', '<BI7I6I4c0I6I4'
else
  if packed then
    width = shape % 8 + 1
  else
    -- As short as the window allows: numbers get longer when there are more units.
    width = (bits + 8 - bits % 8) / 8
  end
  local room = 8 * width
  if width == 5 then
    all, one, tail, folded = '<I5I5I5I5I5I5I5I5I5I5I5', '<I5', '<BI7Bc0I5', '<BI7BI5c0I5'
  elseif width == 4 then
    all, one, tail, folded = '<I4I4I4I4I4I4I4I4I4I4I4', '<I4', '<BI7Bc0I4', '<BI7BI4c0I4'
  elseif width == 6 then
    all, one, tail, folded = '<I6I6I6I6I6I6I6I6I6I6I6', '<I6', '<BI7Bc0I6', '<BI7BI6c0I6'
  elseif width == 3 then
    all, one, tail, folded = '<I3I3I3I3I3I3I3I3I3I3I3', '<I3', '<BI7Bc0I3', '<BI7BI3c0I3'
  elseif width == 7 then
    all, one, tail, folded = '<I7I7I7I7I7I7I7I7I7I7I7', '<I7', '<BI7Bc0I7', '<BI7BI7c0I7'
    room = 52
  else
    rare = true
  end
  full = plain + 3
  local units = room - bits
  if not packed then
    shape = 8 * units + width - 1
  elseif shape ~= 8 * units + width - 1 then
    rare = true
  end
  factor = 2 ^ units
  most = factor
end
count = packed and (#packed - start + 1) / width or 0
if rare or bits == 0 or count % 1 > 0 or count > policy.pairs or form ~= plain and form ~= full
  or packed and (newest > now or (now - newest) % 8 > 0) then
  rare = true
elseif not packed then
  left, oldest, units, place = limit, now, 0, start
else
  -- The sum of all pairs has the units and the length of all.
  local sum, more = 0, 0
  first, firstMore, second, secondMore = 0, 0, 0, 0
  if count == 1 then
    first, firstMore = unpackBytes(one, packed, start)
    sum, more = first, firstMore
  else
    local after = #packed + 1
    if wide == 0 then
      for from = 10, #packed, 11 * width do
        local pairs = (after - from) / width
        local a, b, c, d, e, f, g, h, m, n, o =
          unpackBytes(pairs < 11 and sub(all, 1, 1 + 2 * pairs) or all, packed, from)
        if pairs < 11 then
          -- What follows the last pair is the place after it.
          sum = sum - after + a + b + (c or 0) + (d or 0) + (e or 0) + (f or 0) + (g or 0) + (h or 0) + (m or 0) + (n or 0)
            + (o or 0)
        else
          sum = sum + a + b + c + d + e + f + g + h + m + n + o
        end
        if from == 10 then first, second = a, b end
      end
    else
      for from = 9, #packed, 110 do
        local pairs = (after - from) / 10
        local a, a2, b, b2, c, c2, d, d2, e, e2, f, f2, g, g2, h, h2, m, m2, n, n2, o, o2 =
          unpackBytes(pairs < 11 and sub(all, 1, 1 + 4 * pairs) or all, packed, from)
        if pairs < 11 then
          sum = sum - after + a + b + (c or 0) + (d or 0) + (e or 0) + (f or 0) + (g or 0) + (h or 0) + (m or 0) + (n or 0)
            + (o or 0)
          more = more + a2 + (b2 or 0) + (c2 or 0) + (d2 or 0) + (e2 or 0) + (f2 or 0) + (g2 or 0) + (h2 or 0)
            + (m2 or 0) + (n2 or 0) + (o2 or 0)
        else
          sum = sum + a + b + c + d + e + f + g + h + m + n + o
          more = more + a2 + b2 + c2 + d2 + e2 + f2 + g2 + h2 + m2 + n2 + o2
        end
        if from == 9 then first, firstMore, second, secondMore = a, a2, b, b2 end
      end
    end
  end
  local total = first % factor
  place, units = start, total + wide * firstMore
  if (first - total) / factor * 8 ~= per then
    rare = true
  elseif newest <= opened then
    left, oldest, count = limit, now, 0
  else
    total = sum % factor
    oldest = newest + per - (sum - total) / factor * 8
    total = total + wide * more
    while oldest <= opened do
      total, count, place = total - units, count - 1, place + width
      local pair
      pair, more = unpackBytes(one, packed, place)
      units = pair % factor
      oldest = oldest + (pair - units) / factor * 8
      units = units + wide * more
    end
    left = limit - total
    -- A key that is asked for again is perhaps asked for often.
    if again and left >= 0 and (newest == now or not granting or cost > left) and not held[0] then
      known = { left, oldest, units, place, newest, one, width, factor, wide, most, 0, key, policy }
      held[-key] = known
      knowns = knowns or {}
      knowns[#knowns + 1] = known
    end
  end
end
