-- Packs and unpacks the log of a sliding window (forms 3 to 8 of packing.lua).
local slidingWindow = {}

function slidingWindow.pack(log, policy)
  local per, count = policy.per, #log
  local numbers = { per }
  local longest, odd, total = per, per % 8, log[2]
  for i = 3, count, 2 do
    local passed = log[i] - log[i - 2]
    numbers[(i + 1) / 2] = passed
    if passed > longest then longest = passed end
    odd, total = odd + passed % 8, total + log[i + 1]
  end
  local scale = odd > 0 and 1 or 8
  local _, bits = math.frexp(longest / scale)
  local _, least = math.frexp(total)
  local width = floor((bits + least + 7) / 8)
  local room = width < 7 and 8 * width or 52
  local slack = policy.form - policy.form % 16
  local stop = log[count - 1] + per
  if bits + least > 52 or room - bits > 31 then
    local wide = scale == 8 and bits < 49 and least < 33
    for i = count / 2, 1, -1 do
      numbers[2 * i - 1], numbers[2 * i] = wide and numbers[i] / 8 or numbers[i], log[2 * i]
    end
    if wide then return pack('<BI7' .. string.rep('I6I4', count / 2), slack + 7, stop, unpack(numbers)) end
    return pack('<BI7' .. string.rep('d', count), slack + 5, stop, unpack(numbers))
  end
  local factor = 2 ^ (room - bits)
  for i = 1, count / 2 do
    numbers[i] = numbers[i] / scale * factor + log[2 * i]
  end
  local format = '<BI7B' .. string.rep('I' .. width, count / 2)
  return pack(format, slack + (scale == 8 and 3 or 4), stop, width - 1 + 8 * (room - bits), unpack(numbers))
end

-- The log of a packed window, or nothing where it cannot be one.
function slidingWindow.unpack(packed)
  if #packed < 10 then return nil end
  local form, instant, shape = unpackBytes('<BI7B', packed)
  form = form % 16
  local log = {}
  if form == 7 or form == 8 then
    local count = (#packed - 8) / 5
    if count < 2 or count % 2 ~= 0 then return nil end
    log = { unpackBytes('<' .. string.rep('I6I4', count / 2), packed, 9) }
    log[count + 1] = nil
    for i = 1, count, 2 do
      log[i] = log[i] * 8
    end
  elseif form == 5 then
    local count = (#packed - 8) / 8
    if count < 2 or count % 2 ~= 0 then return nil end
    log = { unpackBytes('<' .. string.rep('d', count), packed, 9) }
    log[count + 1] = nil
    for i = 1, count do
      if not (log[i] >= 0 and log[i] < 6400000000000000) then return nil end
    end
  else
    local width = shape % 8 + 1
    local count = (#packed - 9) / width
    if form ~= 3 and form ~= 4 and form ~= 6 or count % 1 ~= 0 then return nil end
    local factor, scale = 2 ^ ((shape - width + 1) / 8), form == 4 and 1 or 8
    local numbers = { unpackBytes('<' .. string.rep('I' .. width, count), packed, 10) }
    for i = 1, count do
      local units = numbers[i] % factor
      log[2 * i - 1], log[2 * i] = (numbers[i] - units) / factor * scale, units
    end
  end
  -- From times passed to instants: the newest is known.
  instant = instant - log[1]
  for i = #log - 1, 1, -2 do
    local passed = log[i]
    log[i] = instant
    instant = instant - passed
  end
  return log
end
