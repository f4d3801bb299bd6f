-- Reads what stands at the beginning of a packed log; more of it only where the oldest pair is over.
local record, isRead
if packing ~= policy and policy.record then
  -- @include frequent-window-keep.lua
  record = policy.record
  -- @include frequent-window-record.lua
end
if packed and packing == policy and wide == 0 then
  -- Most logs of a policy are packed like the last one.
  count = (#packed - 9) / width
  if count % 1 == 0 and count > 0 and count <= policy.pairs then
    form, last, shape, first, total, number = unpackBytes(count > 2 and three or count > 1 and two or one, packed)
    isRead = form == policy.form and shape == packedAs
  end
end
if not isRead and (packed or packing ~= policy or packedAs ~= policy.shape) then
  -- @include frequent-window-packing.lua
end
if rare then
  -- Not one of those logs.
elseif not packed then
  form, shape, count, left, oldest, units, newest = policy.form, packedAs, 0, limit, now, 0, opened
else
  newest, units = last - per, first % factor
  if (first - units) / factor * 8 ~= per or newest > now or (now - newest) % 8 > 0 then
    rare = true
  elseif newest <= opened then
    left, oldest, count = limit, now, 0
  else
    -- What was read behind the only number is not the whole.
    if count == 1 then total, totalMore = units, firstMore end
    local used = total % factor
    oldest, used, units = newest - (total - used) / factor * 8, used + wide * totalMore, units + wide * firstMore
    if oldest <= opened then
      -- @include frequent-window-numbers.lua
      repeat
        used, count, units = used - units, count - 1, second % factor
        oldest, units = oldest + (second - units) / factor * 8, units + wide * secondMore
        second, secondMore, third = numbers[third], numbers[third + 1] or 0, third - step
      until oldest > opened or not second
      rare = oldest <= opened
    end
    left = limit - used
  end
end
