local cell = policy.cell
local fold, former, number = 0, 0, 0
if now > newest and form == policy.form then
  local instant, start = oldest, oldest - oldest % cell
  number = window + units
  for i = 1, count - 1 do
    former = number
    number = unpackBytes(one, packed, 10 + i * width)
    instant = instant + (number - number % factor) / factor * 8
    if instant - instant % cell == start then
      fold = i
      if i == 1 then oldest = instant end
      break
    end
    start = instant - instant % cell
  end
end
if fold == 1 then
  before = pack(one, former + number % factor) .. sub(packed, 10 + 2 * width)
elseif fold > 1 then
  before = sub(packed, 10, 9 + (fold - 1) * width) .. pack(one, former + number) .. sub(packed, 10 + (fold + 1) * width)
else
  -- The newest pair is of now; or, since a window touches no more cells than a full log has pairs, of the cell of now.
  if now > newest then form = policy.form + 3 end
  before = sub(packed, 10, -width - 1)
  pair = pair + unpackBytes(one, packed, #packed - width + 1)
end
