-- The log with units at its end. What comes behind the numbers of the oldest pair, the whole and the newest pair: `rest`.
local numbersFirst, rest, bytes = 3, '', begin + count * width - 1
local added = (now - newest) / 8 * factor + (1 - wide) * cost
if count == 0 then
  -- A wide log gets as short as it can be.
  if wide > 0 then rare = true end
  numbersFirst, units = 1, cost
elseif now == newest or count == policy.pairs and newest - newest % policy.cell == now - now % policy.cell then
  -- The newest pair gets them; in a full log, that of the cell of now.
  if count == 1 then
    numbersFirst, units = 1, units + cost
  elseif count == 2 then
    numbersFirst = 2
  else
    number, numberMore, rest = number + added, numberMore + cost, sub(packed, begin + 3 * width, bytes)
  end
else
  if count == policy.pairs then
    -- @include frequent-fold.lua
  else
    rest = sub(packed, begin + 2 * width, bytes)
  end
  if count == 1 then numbersFirst = 2 end
  number, numberMore = added, cost
end
if not rare then
  local used = limit - left + cost
  stop, due = now + per, not packed or now + per >= last - last % policy.slack + policy.slack
  first, firstMore = per / 8 * factor + (1 - wide) * units, units
  total, totalMore = (now - oldest) / 8 * factor + (1 - wide) * used, used
  if wide > 0 then
    local head = numbersFirst < 3 and sub(format, 1, 4 + 4 * numbersFirst) or format
    after = pack(head, form, stop, first, firstMore, total, totalMore, number, numberMore, rest)
  else
    local head = numbersFirst > 2 and format or numbersFirst > 1 and two or one
    after = pack(head, form, stop, shape, first, total, number, rest)
  end
  reply[size + 1], reply[size + 2] = left - cost, opened - oldest
  size = size + 2
end
