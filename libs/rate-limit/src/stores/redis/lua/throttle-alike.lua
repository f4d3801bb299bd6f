-- Counts so many hits `together` on one key that is new, or whose buckets have counted the same hits. Those are written
-- that come after the last row. What needs another form is `rare`: nothing was written then.
local base, rows, last, since, those, kept, place = now, 0, 0, 0, 0, 0, 0
local rowsAt = #plan.start + 9
if packed then
  base = unpackBytes('<d', packed, rowsAt - 8)
  last = #packed - plan.tailSize + 1
  since, those, kept, place = unpackBytes(END, packed, last)
  rows = (last - rowsAt) / SHORT_SIZE + 1
end
rare = base + since > now
if packed and base + since == now then
  those = those + together
else
  rows, those = rows + 1, together
end
local terms, limits = plan.terms, plan.limits
local over, least, count, seen, past, others = 0, rows, 3, -1, 0, 0
for i = 1, plan.hits do
  local ttl = terms[3 * i]
  local moment = now + ttl
  local ends, first, hits = 0, 0, 0
  if packed then
    ends, first, hits, place = unpackBytes(NUMBERS, packed, place)
    for row = rowsAt + first * SHORT_SIZE, last, SHORT_SIZE do
      -- Most buckets begin with the same row.
      if row ~= seen then
        past, others = unpackBytes(SHORT, packed, row)
        seen = row
      end
      if base + past + ttl > now then break end
      first, hits = first + 1, hits - others
    end
  end
  if ends <= now then ends = moment end
  if moment > over then over = moment end
  if first < least then least = first end
  hits = hits + together
  if rare or hits > limits[i] or moment <= now then
    rare = true
    break
  end
  tail[count + 1], tail[count + 2], tail[count + 3] = ends, first, hits
  count = count + 3
  reply[size + 1], reply[size + 2] = hits, ends - now
  size = size + 2
end
if rare or rows - least > MOST or not fits(base, now, those) then
  rare, size = true, start
else
  local longer = keptFor(over, kept)
  local row = rowsAt + (rows - 1) * SHORT_SIZE
  tail[1], tail[2], tail[3] = now - base, those, longer
  if packed and least <= SPARE then
    local text = placeTexts[row]
    if not text then
      text = format('%d', row - 1)
      placeTexts[row] = text
    end
    call('SETRANGE', key, text, pack(plan.tail, unpack(tail, 1, count)))
    if longer > kept then call('PEXPIRE', key, lifeUntil(longer)) end
  else
    for i = 5, count, 3 do tail[i] = tail[i] - least end
    local held = packed and sub(packed, rowsAt + least * SHORT_SIZE, row - 1) or ''
    set(key, plan.start .. pack('<d', base) .. held .. pack(plan.tail, unpack(tail, 1, count)), longer, kept)
  end
end
