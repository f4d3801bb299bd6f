-- A full log whose newest pair is of an earlier cell than now: two neighbours of one cell become one.
-- @include frequent-window-numbers.lua
local cell, later, place, from = policy.cell, newest, 1, begin + 2 * width
while place <= third do
  local earlier = later - (numbers[place] - numbers[place] % factor) / factor * 8
  if earlier - earlier % cell == later - later % cell then break end
  later, place = earlier, place + step
end
if place < third then
  local pairsBefore = (place - 1) / step
  rest = sub(packed, from, from + pairsBefore * width - 1)
    .. pack('<' .. single, numbers[place] + numbers[place + step], (numbers[place + 1] or 0) + (numbers[place + 3] or 0))
    .. sub(packed, from + (pairsBefore + 2) * width, bytes)
else
  -- The third oldest takes over the second oldest, and becomes it; or that one the oldest.
  rest = sub(packed, from, bytes - width)
  if place > third then
    local taken = second % factor
    oldest, units, count = oldest + (second - taken) / factor * 8, units + taken + wide * secondMore, count - 1
    -- No log that was written here says so.
    rare = oldest <= opened
  end
end
