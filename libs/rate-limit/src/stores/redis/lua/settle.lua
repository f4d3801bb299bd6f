-- Packs what the call took from a log that is known: its newest pair has it, and the whole.
if known[10] > 0 then
  local held, key, format, width, wide, taken = known[12].held, known[11], known[5], known[7], known[8], known[10]
  local packed = held[key]
  local count = (#packed - known[6] + 1) / width
  if count > 3 then count = 3 end
  local head, rest = sub(format, 1, wide > 0 and 4 + 4 * count or 5 + 2 * count), sub(packed, known[6] + count * width)
  if wide > 0 then
    local form, stop, first, firstMore, total, totalMore, number, numberMore = unpackBytes(head, packed)
    if count == 1 then firstMore = firstMore + taken else totalMore = totalMore + taken end
    if count == 3 then numberMore = numberMore + taken end
    held[key] = pack(head, form, stop, first, firstMore, total, totalMore, number, numberMore) .. rest
  else
    local form, stop, shape, first, total, number = unpackBytes(head, packed)
    if count == 1 then first = first + taken else total = total + taken end
    if count == 3 then number = number + taken end
    held[key] = pack(head, form, stop, shape, first, total, number) .. rest
  end
  known[10] = 0
end
