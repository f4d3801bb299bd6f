-- core/algorithms/token-bucket.ts. The state is the theoretical arrival time.
local tokenBucket = {}
function tokenBucket.unpack(packed)
  local form, stop = unpackBytes('<BI7', packed)
  if form % 16 == 1 and #packed == 8 then return stop end
end

function tokenBucket.pack(tat, policy)
  return pack('<BI7', policy.form, tat)
end

function tokenBucket.stop(tat)
  return tat
end

function tokenBucket.heal(tat, policy)
  if tat - now > 2 * policy.empty then return now + policy.empty, true end
  return tat
end

function tokenBucket.available(tat, policy)
  local room = policy.empty
  if tat and tat > now then room = room - (tat - now) end
  return room > 0 and floor(room / policy.perUnit) or 0
end

function tokenBucket.charge(tat, policy, units, instant)
  if not tat or tat < instant then tat = instant end
  return tat + units * policy.perUnit
end

function tokenBucket.owe(tat, policy, units, instant)
  return tokenBucket.charge(tat, policy, units, instant), true
end

-- Ticks given back, and the state after.
function tokenBucket.refund(tat, policy, units, mark)
  if now < mark or tat <= now then return 0, tat end
  local unfilled = units * policy.perUnit - (now - mark)
  if unfilled <= 0 then return 0, tat end
  if unfilled > tat - now then unfilled = tat - now end
  return unfilled, tat - unfilled
end
