-- sliding-window.lua for an ask that is no refund and owes nothing, on the packed log itself (packing.lua). Its numbers
-- are read as they are packed, each as one and `more`: a wide log has the time in µs and the units in them; all others
-- have both in the one, and of `more` nothing is used. So of every log
--   time in µs   (number - number % factor) / factor
--   units        number % factor + wide × more
-- and what two pairs are together is the sum of their numbers.
local per, limit = policy.per, policy.limit
local opened = now - per
-- Units left; of the oldest pair that counts: its instant and units; the instant of the newest.
local left, oldest, units, newest
local form, last, shape, count
-- The number of the oldest pair, that of the whole, and that of the newest pair where it is packed.
local first, firstMore, total, totalMore, number, numberMore = 0, 0, 0, 0, 0, 0
-- Where they had to be read, the numbers from the newest pair to the third oldest, whose place there is `third`; and
-- that of the second oldest.
local numbers, third, second, secondMore
-- @include frequent-window-read.lua
if rare or left < 0 or left > limit or limit - left + cost >= most then
  rare = true
elseif not granting or cost > left then
  if granting and charges * times > 1 then
    refused, room = true, left
  else
    size = size + 1
    reply[size] = -1 - left
    if left < limit then
      reply[size + 1], reply[size + 2] = oldest - opened, newest - opened
      size = size + 2
      if cost > left and cost <= limit then
        local instant, missing = oldest, cost - left - units
        if missing > 0 and oldest < newest then
          if not numbers then
            -- @include frequent-window-numbers.lua
          end
          local i, pair, more = third, second, secondMore
          repeat
            local taken = pair % factor
            instant, missing = instant + (pair - taken) / factor * 8, missing - taken - wide * more
            pair, more, i = numbers[i], numbers[i + 1] or 0, i - 1 - wide
          until missing <= 0 or not pair
        end
        size = size + 1
        reply[size] = instant - opened
      end
    end
  end
else
  -- @include frequent-window-charge.lua
end
