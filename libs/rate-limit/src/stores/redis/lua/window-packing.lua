-- Packs and unpacks the log of a sliding window (forms 3 to 6 of packing.lua).
local slidingWindow = {}

-- The numbers of a log as they are packed, but for their form: times in ticks, and units.
local function numbersOf(log, per)
  local count, units = #log, 0
  local numbers = { per, log[2] }
  for i = 2, count, 2 do
    units = units + log[i]
  end
  if count > 2 then
    numbers[3], numbers[4] = log[count - 1] - log[1], units
    for i = count - 1, 5, -2 do
      numbers[count + 4 - i], numbers[count + 5 - i] = log[i] - log[i - 2], log[i + 1]
    end
  end
  return numbers, units
end

function slidingWindow.pack(log, policy)
  local numbers, units = numbersOf(log, policy.per)
  local count, longest, odd = #numbers, 0, 0
  for i = 1, count, 2 do
    if numbers[i] > longest then longest = numbers[i] end
    odd = odd + numbers[i] % 8
  end
  local scale = odd > 0 and 1 or 8
  local _, bits = math.frexp(longest / scale)
  local _, least = math.frexp(units)
  local width, usual = floor((bits + least + 7) / 8), policy.shape % 8 + 1
  if scale == 8 and width < usual then width = usual end
  local room = width < 7 and 8 * width or 52
  local slack = policy.form - policy.form % 16
  local stop = log[#log - 1] + policy.per
  if bits + least > 52 or room - bits > 31 then
    if not (scale == 8 and bits < 49 and least < 33) then
      return pack('<BI7' .. string.rep('d', count), slack + 5, stop, unpack(numbers))
    end
    for i = 1, count, 2 do
      numbers[i] = numbers[i] / 8
    end
    return pack('<BI7' .. string.rep('I6I4', count / 2), slack + 6, stop, unpack(numbers))
  end
  local factor = 2 ^ (room - bits)
  for i = 1, count / 2 do
    numbers[i] = numbers[2 * i - 1] / scale * factor + numbers[2 * i]
  end
  local format = '<BI7B' .. string.rep('I' .. width, count / 2)
  return pack(format, slack + (scale == 8 and 3 or 4), stop, width - 1 + 8 * (room - bits), unpack(numbers))
end

-- The numbers of a packed window, or nothing where it cannot be one.
local function numbersIn(packed, form, shape)
  local numbers = {}
  if form == 5 or form == 6 then
    local count = (#packed - 8) / (form == 5 and 8 or 5)
    if count < 2 or count % 2 ~= 0 then return nil end
    local format = form == 5 and string.rep('d', count) or string.rep('I6I4', count / 2)
    numbers = { unpackBytes('<' .. format, packed, 9) }
    numbers[count + 1] = nil
    for i = 1, count do
      if not (numbers[i] >= 0 and numbers[i] < 6400000000000000) then return nil end
      if form == 6 and i % 2 == 1 then numbers[i] = numbers[i] * 8 end
    end
    return numbers
  end
  local width = shape % 8 + 1
  local count = (#packed - 9) / width
  if form ~= 3 and form ~= 4 or count % 1 ~= 0 then return nil end
  local factor, scale = 2 ^ ((shape - width + 1) / 8), form == 4 and 1 or 8
  local all = { unpackBytes('<' .. string.rep('I' .. width, count), packed, 10) }
  for i = 1, count do
    local units = all[i] % factor
    numbers[2 * i - 1], numbers[2 * i] = (all[i] - units) / factor * scale, units
  end
  return numbers
end

function slidingWindow.unpack(packed)
  if #packed < 10 then return nil end
  local form, stop, shape = unpackBytes('<BI7B', packed)
  local numbers = numbersIn(packed, form % 16, shape)
  if not numbers then return nil end
  local count, newest = #numbers, stop - numbers[1]
  if count == 2 then return { newest, numbers[2] } end
  local log, instant, units = { newest - numbers[3], numbers[2] }, newest, numbers[4] - numbers[2]
  for i = 5, count, 2 do
    log[count + 4 - i], log[count + 5 - i] = instant, numbers[i + 1]
    instant, units = instant - numbers[i], units - numbers[i + 1]
  end
  log[3], log[4] = instant, units
  if units < 1 or instant < log[1] then return nil end
  return log
end
