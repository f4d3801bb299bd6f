-- Decides any ask, step by step. Made only when it is needed: that takes longer than most decisions.
local floor = math.floor
-- @include token-bucket.lua
-- @include window-packing.lua
-- @include sliding-window.lua
-- @include fixed-window.lua
local algorithms = { tokenBucket, slidingWindow, fixedWindow }

-- The bucket has this packed state now, until `stop`; false: none.
local function change(policy, key, after, stop, due)
  -- @include change.lua
end

-- What cannot be read counts as absent, and is overwritten.
local function open(key, policy)
  local packed, state = policy.held[key], nil
  if packed == nil then
    -- @include read-state.lua
  end
  if packed and #packed >= 8 then state = algorithms[policy.kind].unpack(packed) end
  if not state then policy.held[key] = false end
  return state
end

-- The state of a bucket is now this one. `moved`: its end was far off, and so may be that of the key.
local function keep(key, policy, state, moved)
  if not state then return change(policy, key, false, now, false) end
  local algorithm, before = algorithms[policy.kind], policy.held[key]
  local packed, stop = algorithm.pack(state, policy), algorithm.stop(state, policy)
  local due = true
  if before and not moved then
    local form, last = unpackBytes('<BI7', before)
    local slack = policy.slack
    due = form - form % 16 ~= policy.form - policy.form % 16 or stop >= last - last % slack + slack
  end
  change(policy, key, packed, stop, due)
end

-- `left` and `first` are what `available` says of a sliding window, its first number not kept from going below 0.
local function answer(state, policy, cost, taken, left, first)
  local kind, number = policy.kind, 0
  if kind == 1 then
    if state and state[1] > now then number = state[1] - now end
    size = size + 1
    reply[size] = taken and number or -1 - number
  elseif kind == 3 then
    local stop = 0
    if state then stop, number = state[1] - now, state[2] end
    reply[size + 1], reply[size + 2] = taken and number or -1 - number, stop
    size = size + 2
  else
    if left > 0 then number = left end
    size = size + 1
    reply[size] = taken and number or -1 - number
    local limit = policy.limit
    if number < limit then
      reply[size + 1] = slidingWindow.wait(state, policy, first, number + 1 - left)
      reply[size + 2] = slidingWindow.stop(state, policy) - now
      size = size + 2
    end
    if not taken and cost > number and cost <= limit then
      size = size + 1
      reply[size] = slidingWindow.wait(state, policy, first, cost - left)
    end
  end
end

-- The state that a call works on: mended, with what is owed charged. `keeps` is false for a peek.
local function prepare(key, policy, owes, keeps)
  local algorithm, state = algorithms[policy.kind], open(key, policy)
  local mended, changes = false, false
  if state then
    state, mended = algorithm.heal(state, policy)
    if mended and keeps then keep(key, policy, state, true) end
    if policy.kind == 1 then state = tokenBucket.settle(state, policy) end
  end
  if owes then
    -- core/owed.ts
    for _ = 1, read() do
      local units, ago = read(), read()
      local charged
      state, charged = algorithm.owe(state, policy, units, now - ago)
      changes = changes or charged
    end
    if changes then state = algorithm.heal(state, policy) end
  end
  if keeps and changes then keep(key, policy, state, mended) end
  return state
end

local places, chosen, states, costs, availables, lefts, firsts = {}, {}, {}, {}, {}, {}, {}

-- Charges units, 0 included, of what is there to the charge at this place of the ask, and answers it.
local function take(i, units)
  local policy, state, left, first = chosen[i], states[i], lefts[i], firsts[i]
  if units > 0 then
    state = algorithms[policy.kind].charge(state, policy, units, now)
    keep(places[i], policy, state)
    -- What no longer counts has left the window.
    if policy.kind == 2 then left, first = left - units, 1 end
  end
  answer(state, policy, units, true, left, first)
end

-- @include leases.lua

decideRarely = function()
  local head = read()
  -- One of a repeated ask.
  if head % 16 == 10 then head = head - 10 end
  local kind, owes = head % 4, head % 8 > 3
  local charges = (head - head % 16) / 16
  local fits, available = true, 0
  for i = 1, charges do
    local key, policy, cost = read(), policies[read()], read()
    if key == 0 then
      keys = keys + 1
      key = keys
    end
    local state = prepare(key, policy, owes, head % 16 ~= 1 and head % 16 ~= 5)
    places[i], chosen[i], states[i], costs[i] = key, policy, state, cost
    available, lefts[i], firsts[i] = algorithms[policy.kind].available(state, policy)
    availables[i] = available
    if cost > available then fits = false end
  end
  if head % 16 == 8 then
    lease(charges)
  elseif head % 16 == 9 then
    giveBack(charges)
  elseif kind == 0 and fits then
    for i = 1, charges do
      take(i, costs[i])
    end
  elseif kind < 2 then
    for i = 1, charges do
      answer(states[i], chosen[i], costs[i], false, lefts[i], firsts[i])
    end
  elseif kind == 2 then
    local granted, policy = costs[1], chosen[1]
    if granted > available then granted = available end
    size = size + 1
    reply[size] = granted
    if costs[1] > 0 and (policy.limit or policy.empty) == 0 then
      answer(states[1], policy, costs[1], false, lefts[1], firsts[1])
    else
      take(1, granted)
    end
  else
    local mark, policy = read(), chosen[1]
    local back = 0
    if states[1] then
      local state
      back, state = algorithms[policy.kind].refund(states[1], policy, costs[1], mark)
      if back > 0 then keep(places[1], policy, state) end
    end
    size = size + 1
    reply[size] = back
  end
end
