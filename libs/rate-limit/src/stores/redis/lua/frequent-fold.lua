local fold, former, formerMore, number, numberMore = 0, 0, 0, second, secondMore
if now > newest and form == plain then
  local cell = policy.cell
  local begins, instant = oldest - oldest % cell, oldest + (second - second % factor) / factor * 8
  if instant - instant % cell == begins then
    -- The oldest two: packed at once, as this is what most full logs need that are asked often.
    oldest = instant
    before = sub(packed, start + 2 * width)
    if wide == 0 then
      after = pack(folded, form, stop, shape, first + second % factor, before, pair)
    else
      after = pack(folded, form, stop, first, firstMore + secondMore, before, pair, more)
    end
  else
    for i = 2, count - 1 do
      begins = instant - instant % cell
      former, formerMore = number, numberMore
      number, numberMore = unpackBytes(one, packed, start + i * width)
      instant = instant + (number - number % factor) / factor * 8
      if instant - instant % cell == begins then
        fold = i
        break
      end
    end
  end
end
if fold > 0 then
  before = sub(packed, start, start - 1 + (fold - 1) * width) .. pack(one, former + number, formerMore + numberMore)
    .. sub(packed, start + (fold + 1) * width)
elseif not after then
  -- The newest pair is of now; or, since a window touches no more cells than a full log has pairs, of the cell of now.
  if now > newest then form = full end
  before = sub(packed, start, -width - 1)
  number, numberMore = unpackBytes(one, packed, #packed - width + 1)
  pair, more = pair + number, more + numberMore
end
