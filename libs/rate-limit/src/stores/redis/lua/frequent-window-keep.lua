-- Keeps how the log read last is packed with its policy, where another one comes.
if packing and not isKept then
  local kept = { one, two, three, format, begin, width, factor, wide, most, packedAs, packing }
  packing.packings = packing.packings or {}
  packing.packings[packedAs] = kept
  if wide == 0 then packing.record = kept end
  isKept = true
end
