-- Writes what was changed, from the last change to the first, so that what was changed again is written as it is at
-- last. Neighbours of one key, as one ask leaves them, go together.
local WRITTEN = 0
-- By key, the end it was given here; the text of the last such end.
local ends, lastExpiry, lastText = nil, 0, ''
-- Fields and values of one HSET.
local set
while changed > 0 do
  changed = changed - 4
  local key, policy, stop, due = changes[changed + 1], changes[changed + 2], changes[changed + 3], changes[changed + 4]
  local name, packed = names[key], policy.held[key]
  -- When the key may end, and until when it lives already.
  local expiry = stop - stop % policy.slack + policy.slack
  local kept = due and 0 or expiry
  -- Fields that are known to be in the hash.
  local fields = 0
  if packed == WRITTEN then
    -- A later change has written it.
  elseif not packed then
    -- It stays so: an earlier change of it must not give an end to a key that may be gone, or is made anew below.
    call('HDEL', name, policy.field, policy.field .. '+')
    kept = expiry
  elseif #packed <= LONGEST and changes[changed - 3] ~= key then
    policy.held[key] = WRITTEN
    call('HSET', name, policy.field, packed)
    fields = 1
  else
    policy.held[key] = WRITTEN
    local size = 0
    set = set or { nil, nil, nil, nil, nil, nil, nil, nil }
    while true do
      local field = policy.field
      if #packed > LONGEST and #packed <= CUT + LONGEST - 8 then
        set[size + 1], set[size + 2] = field .. '+', sub(packed, 1, 8) .. sub(packed, CUT + 1)
        size = size + 2
        packed = sub(packed, 1, CUT)
      end
      set[size + 1], set[size + 2] = field, packed
      size = size + 2
      if changes[changed - 3] ~= key then break end
      policy = changes[changed - 2]
      packed = policy.held[key]
      if not packed or packed == WRITTEN then break end
      policy.held[key] = WRITTEN
      stop = changes[changed - 1]
      stop = stop - stop % policy.slack + policy.slack
      if stop > expiry then expiry = stop end
      if stop > kept and not changes[changed] then kept = stop end
      changed = changed - 4
    end
    fields = size / 2
    if fields == 2 then
      call('HSET', name, set[1], set[2], set[3], set[4])
    elseif fields == 3 then
      call('HSET', name, set[1], set[2], set[3], set[4], set[5], set[6])
    else
      call('HSET', name, unpack(set, 1, size))
    end
  end
  if kept < expiry and (ends and ends[key] or 0) < expiry then
    if call('HLEN', name) > fields then
      -- Others live here too: the key must not end before them. What is over leaves, and what nobody can read.
      local all, gone = call('HGETALL', name), {}
      for i = 2, #all, 2 do
        local form, last
        if #all[i] >= 8 then form, last = unpackBytes('<BI7', all[i]) end
        if last and last + KEPT > now and last < now + 6400000000000000 then
          local slack = 8000000 * 2 ^ ((form - form % 16) / 16)
          last = last - last % slack + slack
          if last > expiry then expiry = last end
        else
          gone[#gone + 1] = all[i - 1]
        end
      end
      for first = 1, #gone, 1000 do
        call('HDEL', name, unpack(gone, first, #gone < first + 999 and #gone or first + 999))
      end
    end
    ends = ends or {}
    ends[key] = expiry
    if expiry < now then expiry = now end
    if expiry ~= lastExpiry then
      lastExpiry, lastText = expiry, string.format('%d', (expiry - now + KEPT) / 8000 + 1)
    end
    call('PEXPIRE', name, lastText)
  end
end
