-- core/algorithms/fixed-window.ts. The state is { stop, used }, never changed in place.
local fixedWindow = {}
function fixedWindow.unpack(packed)
  if #packed ~= 13 then return nil end
  local form, stop, used = unpackBytes('<BI7I5', packed)
  if form % 16 == 2 then return { stop, used } end
end

function fixedWindow.pack(state, policy)
  return pack('<BI7I5', policy.form, state[1], state[2])
end

function fixedWindow.stop(state)
  return state[1]
end

function fixedWindow.heal(state, policy)
  if state[1] - now <= 2 * policy.per then return state end
  return { policy.nextStop, state[2] }, true
end

function fixedWindow.available(state, policy)
  local left = policy.limit
  if state and state[1] > now then left = left - state[2] end
  return left > 0 and left or 0
end

function fixedWindow.charge(state, policy, units, instant)
  if state and state[1] > instant then return { state[1], state[2] + units } end
  return { policy.stop, units }
end

function fixedWindow.owe(state, policy, units, instant)
  if state and state[1] > now or instant >= policy.start and instant < policy.stop then
    return fixedWindow.charge(state, policy, units, instant), true
  end
  return state
end

function fixedWindow.refund(state, _, units, mark)
  if state[1] ~= mark or mark <= now then return 0, state end
  if units > state[2] then units = state[2] end
  return units, { mark, state[2] - units }
end

-- A lease is charged to the window's counter, and dies with the window.
function fixedWindow.longest(state, policy)
  return (state and state[1] > now and state[1] or policy.stop) - now
end

function fixedWindow.lease(state, policy, units)
  return fixedWindow.charge(state, policy, units, now)
end

function fixedWindow.giveBack(state, policy, _, unspent)
  local back, after = fixedWindow.refund(state, policy, unspent, state[1])
  return after, back > 0
end
