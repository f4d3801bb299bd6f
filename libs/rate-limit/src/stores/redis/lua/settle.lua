-- Packs what the call took from a log that is known: `known` has it, and that is then 0.
if known[11] > 0 then
  local held, key, one, width, units = known[13].held, known[12], known[6], known[7], known[11]
  local packed = held[key]
  local pair, more = unpackBytes(one, packed, #packed - width + 1)
  held[key] = sub(packed, 1, -width - 1) .. pack(one, pair + (1 - known[9]) * units, more + units)
  known[11] = 0
end
