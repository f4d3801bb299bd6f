-- core/algorithms/sliding-window.ts. The state is a log { instant, units, instant, units, … }, oldest first. Only
-- `charge` and `refund` change it, in place.
function slidingWindow.stop(log, policy)
  return log[#log - 1] + policy.per
end

function slidingWindow.heal(log, policy)
  local latest = now + policy.per
  if log[#log - 1] <= latest then return log end
  local healed = {}
  for i = 1, #log, 2 do
    healed[i] = log[i] > latest and latest or log[i]
    healed[i + 1] = log[i + 1]
  end
  return healed, true
end

-- Units that could be taken; the same before it is kept from going below 0; index of the first pair that still counts.
function slidingWindow.available(log, policy)
  local left, first = policy.limit, 1
  if log then
    local opened = now - policy.per
    first = #log - 1
    while first > 0 and log[first] > opened do
      left = left - log[first + 1]
      first = first - 2
    end
    first = first + 2
  end
  if left < 0 then return 0, left, first end
  return left, left, first
end

-- Ticks until so many units more have left the window.
function slidingWindow.wait(log, policy, first, missing)
  local opened, count = now - policy.per, #log
  for i = first, count, 2 do
    missing = missing - log[i + 1]
    if missing <= 0 then return log[i] - opened end
  end
  return log[count - 1] - opened
end

-- Makes one pair of the two newest neighbours that share a cell; of the two oldest of all, where none do.
local function fold(log, count, cell)
  local place = count - 3
  while place > 1 and floor(log[place] / cell) ~= floor(log[place + 2] / cell) do
    place = place - 2
  end
  log[place + 3] = log[place + 1] + log[place + 3]
  for i = place, count - 2 do
    log[i] = log[i + 2]
  end
  log[count - 1], log[count] = nil, nil
end

-- `since`: what no longer counts then leaves the log; where it is left out, `instant`.
function slidingWindow.charge(log, policy, units, instant, since)
  if not log then return { instant, units } end
  local opened, count, dead = (since or instant) - policy.per, #log, 0
  while dead < count and log[dead + 1] <= opened do
    dead = dead + 2
  end
  if dead > 0 then
    for i = 1, count do
      log[i] = log[i + dead]
    end
    count = count - dead
  end
  local i = count
  while i > 0 and log[i - 1] > instant do
    i = i - 2
  end
  if i > 0 and log[i - 1] == instant then
    log[i] = log[i] + units
  else
    for j = count, i + 1, -1 do
      log[j + 2] = log[j]
    end
    log[i + 1], log[i + 2] = instant, units
    count = count + 2
  end
  while count > 2 * policy.pairs do
    fold(log, count, policy.cell)
    count = count - 2
  end
  return log
end

function slidingWindow.owe(log, policy, units, instant)
  if instant + policy.per <= now then return log end
  return slidingWindow.charge(log, policy, units, instant), true
end

function slidingWindow.refund(log, policy, units, mark)
  if mark + policy.per <= now then return 0, log end
  local cell, count = policy.cell, #log
  for i = 1, count, 2 do
    if log[i] >= mark then
      if log[i] - log[i] % cell ~= mark - mark % cell then break end
      local held = log[i + 1]
      if units < held then
        log[i + 1] = held - units
        return units, log
      end
      for j = i, count do
        log[j] = log[j + 2]
      end
      return held, #log > 0 and log or nil
    end
  end
  return 0, log
end

-- A lease is one pair at the instant it ends: no unit of it can be spent later.
function slidingWindow.longest(_, policy)
  return policy.per
end

function slidingWindow.lease(log, policy, units, stop)
  return slidingWindow.charge(log, policy, units, stop, now)
end

function slidingWindow.giveBack(log, policy, _, unspent, stop)
  local back, after = slidingWindow.refund(log, policy, unspent, stop)
  return after, back > 0
end
