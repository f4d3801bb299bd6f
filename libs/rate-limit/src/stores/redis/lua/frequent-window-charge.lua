-- The log with units at its end: what comes before its newest pair, and that pair.
local before, window = '', per / 8 * factor
local pair, more = (now - newest) / 8 * factor + (1 - wide) * cost, cost
stop = now + per
if count == 0 then
  -- A wide log gets as short as it can be.
  if wide > 0 then rare = true end
  form, pair = plain, window + cost
elseif count < policy.pairs and now > newest then
  form = plain
  if place == start then
    before = sub(packed, start)
  else
    before = pack(one, window + (1 - wide) * units, units) .. sub(packed, place + width)
  end
elseif place > start then
  rare = true
else
  -- The log is full, or its newest pair is of now. `form` tells whether its pairs lie in cells of their own.
  -- @include frequent-fold.lua
end
if not rare then
  if after then
    -- Packed already.
  elseif wide == 0 then
    after = pack(tail, form, stop, shape, before, pair)
  else
    after = pack(tail, form, stop, before, pair, more)
  end
  due = not packed or stop >= last - last % policy.slack + policy.slack
  reply[size + 1], reply[size + 2] = left - cost, opened - oldest
  size = size + 2
end
