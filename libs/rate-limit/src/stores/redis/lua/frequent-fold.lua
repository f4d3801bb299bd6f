local fold, former, formerMore, number, numberMore = 0, 0, 0, 0, 0
if now > newest and form == plain then
  local cell = policy.cell
  local instant, begins = oldest, oldest - oldest % cell
  number, numberMore = window + (1 - wide) * units, units
  for i = 1, count - 1 do
    former, formerMore = number, numberMore
    number, numberMore = unpackBytes(one, packed, start + i * width)
    instant = instant + (number - number % factor) / factor * 8
    if instant - instant % cell == begins then
      fold = i
      if i == 1 then oldest = instant end
      break
    end
    begins = instant - instant % cell
  end
end
if fold == 1 then
  before = pack(one, former + number % factor, formerMore + numberMore) .. sub(packed, start + 2 * width)
elseif fold > 1 then
  before = sub(packed, start, start - 1 + (fold - 1) * width) .. pack(one, former + number, formerMore + numberMore)
    .. sub(packed, start + (fold + 1) * width)
else
  -- The newest pair is of now; or, since a window touches no more cells than a full log has pairs, of the cell of now.
  if now > newest then form = full end
  before = sub(packed, start, -width - 1)
  number, numberMore = unpackBytes(one, packed, #packed - width + 1)
  pair, more = pair + number, more + numberMore
end
