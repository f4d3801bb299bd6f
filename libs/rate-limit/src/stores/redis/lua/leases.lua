-- Leases: calls charged in advance (core/lease). What they do to each algorithm stands with it.
--   lease      calls wanted, share, life (ticks); is answered with the calls granted and, if there are any, their life,
--              then as a consume of so many units would be; if there are none, as a refused one
--   giveBack   calls made, calls not made, the end of the lease; is answered with nothing
local function lease(charges)
  local calls, share, life = read(), read(), read()
  for i = 1, charges do
    local policy, cost = chosen[i], costs[i]
    if cost > 0 then calls = math.min(calls, floor(availables[i] / (cost * share))) end
    life = math.min(life, algorithms[policy.kind].longest(states[i], policy))
  end
  size = size + 1
  reply[size] = calls
  if calls > 0 then
    size = size + 1
    reply[size] = life
  end
  for i = 1, charges do
    local policy, state, left, first, units = chosen[i], states[i], lefts[i], firsts[i], calls * costs[i]
    if units > 0 then
      state = algorithms[policy.kind].lease(state, policy, units, now + life)
      keep(places[i], policy, state)
      if policy.kind == 2 then left, first = left - units, 1 end
    end
    answer(state, policy, costs[i], calls > 0, left, first)
  end
end

local function giveBack(charges)
  local spent, unspent, stop = read(), read(), read()
  for i = 1, charges do
    local policy, state, cost = chosen[i], states[i], costs[i]
    if state and cost > 0 and now < stop then
      local after, changed = algorithms[policy.kind].giveBack(state, policy, spent * cost, unspent * cost, stop)
      if changed then keep(places[i], policy, after) end
    end
  end
end
