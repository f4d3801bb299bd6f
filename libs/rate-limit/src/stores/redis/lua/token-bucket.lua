-- core/algorithms/token-bucket.ts and core/lease/token-bucket-leasing.ts. The state is { theoretical arrival time, units
-- leased, end of the last lease }, never changed in place; while nothing is leased it has the first only.
local tokenBucket = {}
-- core/lease/lease.ts
local LONGEST_LEASE = 80000000

function tokenBucket.unpack(packed)
  local form, stop = unpackBytes('<BI7', packed)
  form = form % 16
  if form == 1 and #packed == 8 then return { stop } end
  if form == 7 and #packed == 27 then
    local tat, last, out = unpackBytes('<I7I7I5', packed, 9)
    return { tat, out, last }
  end
end

-- Ticks that a bucket lacks of which units are leased, all of them spent.
local function lacking(out, policy)
  return math.min(out * policy.perUnit, policy.empty)
end

function tokenBucket.stop(state, policy)
  local tat, out = state[1], state[2]
  if not out then return tat end
  return math.max(tat, state[3] + lacking(out, policy))
end

function tokenBucket.pack(state, policy)
  if not state[2] then return pack('<BI7', policy.form, state[1]) end
  return pack('<BI7I7I7I5', policy.form + 6, tokenBucket.stop(state, policy), state[1], state[3], state[2])
end

function tokenBucket.heal(state, policy)
  local tat, out, last = state[1], state[2], state[3]
  local mended = false
  if tat - now > 2 * policy.empty then tat, mended = now + policy.empty, true end
  if out and last > now + LONGEST_LEASE then last, mended = now + LONGEST_LEASE, true end
  if mended then return { tat, out, last }, true end
  return state
end

-- To be done first, whatever the ask: what is out does not refill; what is out when the last lease ends was spent then.
function tokenBucket.settle(state, policy)
  local tat, out, last = state[1], state[2], state[3]
  if not out then return state end
  if now >= last then return { math.max(tat, last + lacking(out, policy)) } end
  return { math.max(tat, now + lacking(out, policy)), out, last }
end

function tokenBucket.available(state, policy)
  local room = policy.empty
  if state and state[1] > now then room = room - (state[1] - now) end
  return room > 0 and floor(room / policy.perUnit) or 0
end

function tokenBucket.charge(state, policy, units, instant)
  if not state then return { instant + units * policy.perUnit } end
  return { math.max(state[1], instant) + units * policy.perUnit, state[2], state[3] }
end

function tokenBucket.owe(state, policy, units, instant)
  return tokenBucket.charge(state, policy, units, instant), true
end

-- Ticks given back, and the state after.
function tokenBucket.refund(state, policy, units, mark)
  local tat = state[1]
  if now < mark or tat <= now then return 0, state end
  local unfilled = units * policy.perUnit - (now - mark)
  if unfilled <= 0 then return 0, state end
  if unfilled > tat - now then unfilled = tat - now end
  return unfilled, { tat - unfilled, state[2], state[3] }
end

function tokenBucket.longest()
  return LONGEST_LEASE
end

function tokenBucket.lease(state, policy, units, stop)
  local leased = tokenBucket.charge(state, policy, units, now)
  leased[2], leased[3] = (leased[2] or 0) + units, math.max(leased[3] or 0, stop)
  return leased
end

-- The state after, and whether it is another.
function tokenBucket.giveBack(state, policy, spent, unspent)
  local out = state[2]
  if not out then return state, false end
  local tat = state[1] - unspent * policy.perUnit
  out = out - math.min(out, spent + unspent)
  if out == 0 then return { tat }, true end
  return { tat, out, state[3] }, true
end
