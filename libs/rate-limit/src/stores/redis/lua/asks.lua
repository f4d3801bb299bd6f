-- core/verdict.ts, as far as Node cannot derive it: Node has the quota and the cost, and `taken` tells whether the ask
-- was granted (the first number is then not negative; else it is -1 - number).
--   token bucket     ticks that the bucket lacks
--   fixed window     units used, end - now
--   sliding window   remaining; if it is below the limit: ticks to the next unit, ticks to full;
--                    if refused though possible: ticks to retry
local reply, size = { now }, 1

-- `left` and `first` are what `available` says of a sliding window, its first number not kept from going below 0.
local function answer(state, policy, cost, taken, left, first)
  local kind, number = policy.kind, 0
  if kind == 1 then
    if state and state > now then number = state - now end
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
local function prepare(bucket, policy, owes, keeps)
  local algorithm, state, changed = algorithms[policy.kind], bucket.state, false
  if state then
    state, changed = algorithm.heal(state, policy)
  end
  if owes then
    -- core/owed.ts
    local charged
    if not keeps and state and policy.kind == 2 then state = { unpack(state) } end
    for _ = 1, read() do
      local units, ago = read(), read()
      state, charged = algorithm.owe(state, policy, units, now - ago)
      changed = changed or charged
    end
    if charged then state = algorithm.heal(state, policy) end
  end
  if changed and keeps then keep(bucket, state, policy) end
  return state
end

local buckets, states, chosen, costs, lefts, firsts = {}, {}, {}, {}, {}, {}

-- Charges units, 0 included, of what is there to the charge at this place of the ask, and answers it.
local function take(i, units)
  local policy, state, left, first = chosen[i], states[i], lefts[i], firsts[i]
  if units > 0 then
    state = algorithms[policy.kind].charge(state, policy, units, now)
    keep(buckets[i], state, policy)
    -- What no longer counts has left the window.
    if policy.kind == 2 then left, first = left - units, 1 end
  end
  answer(state, policy, units, true, left, first)
end

for _ = 1, read() do
  local head = read()
  local kind, owes = head % 4, head % 8 > 3
  local count = (head - head % 8) / 8
  local fits, available = true, 0
  for i = 1, count do
    local key, policy = read(), policies[read()]
    local cost = read()
    local bucket = open(key, policy)
    local state = prepare(bucket, policy, owes, kind ~= 1)
    buckets[i], states[i], chosen[i], costs[i] = bucket, state, policy, cost
    available, lefts[i], firsts[i] = algorithms[policy.kind].available(state, policy)
    if cost > available then fits = false end
  end
  if kind == 0 and fits then
    for i = 1, count do
      take(i, costs[i])
    end
  elseif kind < 2 then
    for i = 1, count do
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
      if back > 0 then keep(buckets[1], state, policy) end
    end
    size = size + 1
    reply[size] = back
  end
end
writeAll()
return reply
