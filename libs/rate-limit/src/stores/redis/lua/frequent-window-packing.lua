-- Finds how a log is packed, or a new one would be.
form, shape = policy.form, policy.shape
if packed then form, shape = byte(packed), byte(packed, 9) end
local isWide = form == policy.form + 3
if isWide then shape = -1 end
-- @include frequent-window-keep.lua
local isKnown = form == policy.form and shape or isWide
record = isKnown and policy.packings and policy.packings[shape]
if record then
  -- @include frequent-window-record.lua
elseif isWide then
  -- Units and time have numbers of their own.
  packing, isKept, format, begin, width, factor, wide, most, packedAs =
    policy, false, '<BI7I6I4I6I4I6I4c0', 9, 10, 1, 1, 4294967296, -1
elseif isKnown then
  -- As long a window in its other shapes has fewer bits for units, or more.
  local size, usualSize = shape % 8 + 1, policy.shape % 8 + 1
  local units, usualUnits = (shape - size + 1) / 8, (policy.shape - usualSize + 1) / 8
  local room, usualRoom = size < 7 and 8 * size or 52, usualSize < 7 and 8 * usualSize or 52
  if policy.shape == 0 or room - units ~= usualRoom - usualUnits then
    isKnown = false
  elseif size == 5 then
    one, two, three, format = '<BI7BI5', '<BI7BI5I5', '<BI7BI5I5I5', '<BI7BI5I5I5c0'
  elseif size == 4 then
    one, two, three, format = '<BI7BI4', '<BI7BI4I4', '<BI7BI4I4I4', '<BI7BI4I4I4c0'
  elseif size == 6 then
    one, two, three, format = '<BI7BI6', '<BI7BI6I6', '<BI7BI6I6I6', '<BI7BI6I6I6c0'
  elseif size == 3 then
    one, two, three, format = '<BI7BI3', '<BI7BI3I3', '<BI7BI3I3I3', '<BI7BI3I3I3c0'
  elseif size == 7 then
    one, two, three, format = '<BI7BI7', '<BI7BI7I7', '<BI7BI7I7I7', '<BI7BI7I7I7c0'
  else
    isKnown = false
  end
  if isKnown then
    packing, isKept, begin, width, factor, wide, most, packedAs = policy, false, 10, size, 2 ^ units, 0, 2 ^ units, shape
  end
end
count = packed and isKnown and (#packed - begin + 1) / width or 0
if not isKnown or count % 1 > 0 or count > policy.pairs or packed and count == 0 then
  rare = true
elseif not packed then
  -- There is nothing to be read.
elseif wide > 0 then
  form, last, first, firstMore, total, totalMore, number, numberMore =
    unpackBytes(sub(format, 1, count < 3 and 4 + 4 * count or 16), packed)
else
  form, last, shape, first, total, number = unpackBytes(count > 2 and three or count > 1 and two or one, packed)
end
