-- sliding-window.lua for an ask that is no refund and owes nothing, on the packed log itself (packing.lua). Its pairs are
-- read as they are packed, a pair as `pair` and `more`: a wide log has the time passed and the units in them; all others
-- have both in `pair`, and of `more` nothing is used. So of every log
--   time passed in µs   (pair - pair % factor) / factor
--   units               pair % factor + wide × more
-- and a fold is the sum of two neighbours.
local per, limit, held = policy.per, policy.limit, policy.held
local opened = now - per
-- Units left; of the oldest pair that counts: its instant, units and place; the instant of the newest.
local left, oldest, units, place, newest
-- How pairs are packed: the format and length of one; what no sum of units may reach.
local one, width, factor, wide, most
-- What an earlier ask of the call has found.
local known = again and held[-key]
if known and known[5] < now and granting and cost <= known[1] then
  -- A new pair is due: that takes the log itself.
  held[-key], known = nil, nil
end
local form, last, shape, tail, folded, start, count, plain, full
-- The oldest two pairs, as they are packed.
local first, firstMore, second, secondMore
if known then
  left, oldest, units, place, newest = known[1], known[2], known[3], known[4], known[5]
  one, width, factor, wide, most = known[6], known[7], known[8], known[9], known[10]
else
  -- @include frequent-window-read.lua
end
if rare or left < 0 or limit - left + cost >= most then
  rare = true
elseif not granting or cost > left then
  if granting and charges > 1 then
    refused = true
  else
    size = size + 1
    reply[size] = -1 - left
    if left < limit then
      reply[size + 1], reply[size + 2] = oldest - opened, newest - opened
      size = size + 2
      if cost > left and cost <= limit then
        local missing = cost - left
        -- What the call itself took is not in the newest pair yet; all that is missing is there at the latest.
        while missing > units and oldest < newest do
          missing, place = missing - units, place + width
          local pair, more = unpackBytes(one, packed, place)
          units = pair % factor
          oldest = oldest + (pair - units) / factor * 8
          units = units + wide * more
        end
        size = size + 1
        reply[size] = oldest - opened
      end
    end
  end
elseif known then
  after, stop, due = known, false, cost
  reply[size + 1], reply[size + 2] = left - cost, opened - oldest
  size = size + 2
else
  -- @include frequent-window-charge.lua
end
