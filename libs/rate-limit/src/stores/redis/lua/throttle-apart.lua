-- Counts so many hits `together` on one key whose buckets differ and are just those of the plan, or refuses them because
-- of a block. Everything else is `rare`: nothing was written then.
local form, written, kept, place = unpackBytes(HEAD, packed)
local over, refused, count = 0, false, 1
rare = form ~= APART or written > now
local asked = asksOf(plan)
for i = 1, #asked do
  if rare or place > #packed then
    rare = true
    break
  end
  local hit = asked[i]
  local name, ends, blockEnds, base, hits, length, from = unpackBytes(BUCKET, packed, place)
  local form, width = SHORT, SHORT_SIZE
  if base == 0 then form, width = LONG, LONG_SIZE end
  local stop = from + length
  place = stop
  if name ~= hit.name then
    rare = true
    break
  end
  while from < stop do
    local moment, others = unpackBytes(form, packed, from)
    if base + moment > now then break end
    from, hits = from + width, hits - others
  end
  if blockEnds > 0 then
    if hit.block <= 0 or blockEnds <= now or ends <= now then
      rare = true
      break
    end
    refused = true
    reply[size + 1], reply[size + 2], reply[size + 3] = -1 - hits, ends - now, blockEnds - now
    size = size + 3
  else
    local moment = now + hit.ttl
    if ends <= now then ends = moment end
    if ends > over then over = ends end
    if moment > over then over = moment end
    hits = hits + together
    -- How many hits the last pair has, and where what comes before it ends.
    local those, till = together, stop - 1
    if from < stop then
      local newest, others = unpackBytes(form, packed, stop - width)
      newest = base + newest
      if newest > moment then rare = true end
      local isFull = stop - from >= MOST * width
      if newest == moment or isFull and sameCell(newest, moment, hit.ttl) then
        those, till = others + together, till - width
      elseif isFull then
        rare = true
      end
    else
      base, form, width = moment, SHORT, SHORT_SIZE
    end
    if rare or hits > hit.limit or moment <= now or base > 0 and not fits(base, moment, those) then
      rare = true
      break
    end
    parts[count + 1] = pack(BUCKET, #name, name, ends, 0, base, hits, till - from + 1 + width)
    parts[count + 2] = sub(packed, from, till)
    parts[count + 3] = pack(form, moment - base, those)
    count = count + 3
    reply[size + 1], reply[size + 2] = hits, ends - now
    size = size + 2
  end
end
if rare or place <= #packed then
  rare, size = true, start
elseif not refused then
  write(key, count, over, kept)
else
  changed = false
  -- What would have been counted was not.
  local i = start + 1
  while i <= size do
    if reply[i] < 0 then
      i = i + 3
    else
      reply[i] = reply[i] - together
      i = i + 2
    end
  end
end
