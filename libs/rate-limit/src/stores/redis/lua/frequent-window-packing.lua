-- How the logs of a policy are packed: as short as its window allows, and longer where there are more units. Reads a log
-- that may be packed otherwise, after which the next one has to be looked at anew.
form, shape, packing, format, begin, wide = policy.form, 0, nil, nil, 10, 0
if packed then form, shape = byte(packed), byte(packed, 9) end
if form == policy.form + 3 then
  -- Units and time have numbers of their own.
  format, begin, width, factor, wide, most = '<BI7I6I4I6I4I6I4c0', 9, 10, 1, 1, 4294967296
elseif form == policy.form and shape then
  local bits, room = policy.bits, nil
  local least = (bits + 8 - bits % 8) / 8
  width = packed and shape % 8 + 1 or least
  room = 8 * width
  if width == 5 then
    one, two, three, format = '<BI7BI5', '<BI7BI5I5', '<BI7BI5I5I5', '<BI7BI5I5I5c0'
  elseif width == 4 then
    one, two, three, format = '<BI7BI4', '<BI7BI4I4', '<BI7BI4I4I4', '<BI7BI4I4I4c0'
  elseif width == 6 then
    one, two, three, format = '<BI7BI6', '<BI7BI6I6', '<BI7BI6I6I6', '<BI7BI6I6I6c0'
  elseif width == 3 then
    one, two, three, format = '<BI7BI3', '<BI7BI3I3', '<BI7BI3I3I3', '<BI7BI3I3I3c0'
  elseif width == 7 then
    one, two, three, format, room = '<BI7BI7', '<BI7BI7I7', '<BI7BI7I7I7', '<BI7BI7I7I7c0', 52
  end
  factor, usual = 2 ^ (room - bits), 8 * (room - bits) + width - 1
  most = factor
  if bits == 0 or packed and shape ~= usual then
    format = nil
  elseif format and width == least then
    packing = policy
  end
end
count = packed and format and (#packed - begin + 1) / width or 0
if not format or count % 1 > 0 or count > policy.pairs or packed and count == 0 then
  rare = true
elseif not packed then
  -- There is nothing to be read.
elseif wide > 0 then
  form, last, first, firstMore, total, totalMore, number, numberMore =
    unpackBytes(sub(format, 1, count < 3 and 4 + 4 * count or 16), packed)
else
  form, last, shape, first, total, number = unpackBytes(count > 2 and three or count > 1 and two or one, packed)
end
