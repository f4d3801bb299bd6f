-- Packs and unpacks the log of a sliding window (forms 3 to 5 of packing.lua).
local slidingWindow = {}
if present[2] then
  -- Formats for a window, by width × 256 + pairs: the same ones serve many keys of a call.
  local packFormats, unpackFormats = {}, {}

  function slidingWindow.pack(log, policy)
    local per = policy.per
    local count = #log
    local newest, most, odd = log[count - 1], log[count], per % 8
    for i = 1, count - 2, 2 do
      local units = log[i + 1]
      if units > most then most = units end
      odd = odd + (newest - log[i]) % 8
    end
    local scale = odd > 0 and 1 or 8
    local longest = newest - log[1]
    if per > longest then longest = per end
    local _, bits = math.frexp(most)
    local factor = 2 ^ bits / scale
    local _, width = math.frexp(longest * factor + most)
    local ages = {}
    if width > 53 then
      for i = 1, count - 2, 2 do
        ages[i], ages[i + 1] = newest - log[i], log[i + 1]
      end
      ages[count - 1], ages[count] = per, log[count]
      return pack('<BI7' .. string.rep('d', count), 5, newest + per, unpack(ages))
    end
    width = (width - 1 - (width - 1) % 8) / 8 + 1
    local pairsHeld = count / 2
    for i = 1, pairsHeld - 1 do
      ages[i] = (newest - log[2 * i - 1]) * factor + log[2 * i]
    end
    ages[pairsHeld] = per * factor + log[count]
    local form = width * 256 + pairsHeld
    local format = packFormats[form]
    if not format then
      format = '<BI7B' .. string.rep('I' .. width, pairsHeld)
      packFormats[form] = format
    end
    return pack(format, scale == 8 and 3 or 4, newest + per, width - 1 + 8 * bits, unpack(ages))
  end

  local function unpackWide(packed, stop)
    local count = (#packed - 8) / 8
    if count < 2 or count % 2 ~= 0 then return nil end
    local log = { unpackBytes('<' .. string.rep('d', count), packed, 9) }
    log[count + 1] = nil
    for i = 1, count do
      if not (log[i] >= 0 and log[i] < FARTHEST) then return nil end
    end
    local newest = stop - log[count - 1]
    for i = 1, count - 3, 2 do
      log[i] = newest - log[i]
    end
    log[count - 1] = newest
    return log
  end

  -- The log of a packed window, or nothing where it cannot be one.
  function slidingWindow.unpack(packed)
    if #packed < 10 then return nil end
    local form, stop, shape = unpackBytes('<BI7B', packed)
    if form == 5 then return unpackWide(packed, stop) end
    local width = shape % 8 + 1
    local count = (#packed - 9) / width
    if form ~= 3 and form ~= 4 or count % 1 ~= 0 then return nil end
    local key = width * 256 + count
    local format = unpackFormats[key]
    if not format then
      format = '<' .. string.rep('I' .. width, count)
      unpackFormats[key] = format
    end
    local ages = { unpackBytes(format, packed, 10) }
    local factor = 2 ^ ((shape - width + 1) / 8)
    local scale = form == 3 and 8 / factor or 1 / factor
    local age = ages[count]
    local units = age % factor
    local newest = stop - (age - units) * scale
    local log, place = {}, 1
    for i = 1, count - 1 do
      age = ages[i]
      local held = age % factor
      log[place], log[place + 1] = newest - (age - held) * scale, held
      place = place + 2
    end
    log[place], log[place + 1] = newest, units
    return log
  end
end
