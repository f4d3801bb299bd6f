-- The asks, in their order. What is frequent is decided here: consume and peek of states as the same policies left
-- them, with nothing owed. All else goes to rare.lua, which decides by the same rules, step by step.
--
-- The answers are core/verdict.ts, as far as Node cannot derive it: Node has the quota and the cost, and it can tell
-- whether the ask was granted: the first number is then not negative; else it is -1 - number.
--   token bucket     ticks that the bucket lacks
--   fixed window     units used, end - now
--   sliding window   remaining; if it is below the limit: ticks to the next unit, ticks to full, which are left out
--                    and the others negated where that is a whole window;
--                    if refused though possible: ticks to retry
-- Tables begin with some room: each time one grows costs as much as a call of Redis.
local reply, size = { now, nil, nil, nil, nil, nil, nil, nil }, 1
-- Keys that an ask has named.
local keys = 0
-- What the call changes, in the order it came to it; four entries each: key, policy, the end of the state, whether the
-- key may end before the state does. The state itself is held by the policy.
local changes, changed = { nil, nil, nil, nil, nil, nil, nil, nil }, 0
-- How the log of a sliding window is packed that was read last: formats of `one`, `two` and `three` numbers, and `format`
-- of three and what follows them; where numbers `begin` and their `width`; `factor` and `wide` (frequent-sliding-window.lua);
-- what no sum of units may reach (`most`); the shape (`packedAs`) and the policy (`packing`). `isKept`: the policy has it.
local one, two, three, format, begin, width, factor, wide, most, packedAs, packing, isKept
-- What an ask of several charges would change: five entries for each charge.
local planned
local decideRarely

-- How often each repeated ask is asked, and how many of them were met. Of the one that is decided now: how many times are
-- still to be decided, and where it is told how many were granted. The next time it is read from its start again.
local repeats, met, undecided, told = nil, 0, 0, 0
for i = 1, read() do
  repeats = repeats or {}
  repeats[i] = read()
end

local length = #program
while at <= length do
  local start, keysBefore, sizeBefore = at, keys, size
  -- With the first charge, which is read again where it does not begin here.
  local head, key, place, cost = byte(program, at, at + 3)
  if head > 63 then
    head, key = read(), nil
  else
    at = at + 1
  end
  -- How many times are decided at once, all or none; units that a policy has left which refuses them.
  local asked, times, room = head % 16, 1, 0
  if asked == 10 then
    asked = 0
    if undecided == 0 then
      met, size = met + 1, size + 1
      times, sizeBefore, told = repeats[met], size, size
      undecided, reply[told] = times, 0
    end
  end
  local charges, granting, rare, refused = (head - asked) / 16, asked == 0, asked > 1
  repeat
    refused = false
    for i = 1, rare and 0 or charges do
      if not key then key, place, cost = byte(program, at, at + 2) end
      if key > 63 or place > 63 or cost > 63 then
        key, place, cost = read(), read(), read()
      else
        at = at + 3
      end
      if key == 0 then
        keys = keys + 1
        key = keys
      end
      cost = cost * times
      local policy = policies[place]
      local packed = policy.held[key]
      if packed == nil then
        -- @include read-state.lua
      end
      local kind = policy.kind
      -- The state after the charge, its end, and whether the key may end before.
      local after, stop, due
      if granting and cost == 0 then
        rare = true
      elseif kind == 1 then
        -- @include frequent-token-bucket.lua
      elseif kind == 2 then
        -- @include frequent-sliding-window.lua
      else
        -- @include frequent-fixed-window.lua
      end
      if rare or refused then break end
      if after then
        if charges == 1 then
          -- @include change.lua
        else
          planned = planned or {}
          local first = 5 * i
          planned[first], planned[first + 1], planned[first + 2] = policy, key, after
          planned[first + 3], planned[first + 4] = stop, due
        end
      end
      key = nil
    end
    if refused or rare then
      for i = sizeBefore + 1, size do
        reply[i] = nil
      end
      at, keys, size, key = start, keysBefore, sizeBefore, nil
      if times > 1 then
        -- As many as fit; where they are not that simple, one after the other.
        local fit = rare and 1 or room / (cost / times)
        fit = fit - fit % 1
        if fit >= times then fit = times - 1 end
        times = fit > 1 and fit or 1
        rare, refused = false, true
        read()
      elseif refused then
        -- One does not fit: none is charged, and all are answered anew.
        granting = false
        read()
      end
    end
  until not refused
  if rare then
    if not decideRarely then
      -- @include rare.lua
    end
    decideRarely()
  elseif granting and charges > 1 then
    for first = 5, 5 * charges, 5 do
      local policy, key, after = planned[first], planned[first + 1], planned[first + 2]
      local stop, due = planned[first + 3], planned[first + 4]
      -- @include change.lua
    end
  end
  if undecided > 0 then
    if reply[sizeBefore + 1] < 0 then
      -- What is left of them would be answered so.
      undecided = 0
    else
      reply[told] = reply[told] + times
      if sizeBefore > told then
        -- Of those granted the last is told.
        local answered = size
        size = told + size - sizeBefore
        for i = 1, size - told do
          reply[told + i] = reply[sizeBefore + i]
        end
        for i = size + 1, answered do
          reply[i] = nil
        end
      end
      undecided = undecided - times
      if undecided > 0 then at, keys = start, keysBefore end
    end
  end
end
