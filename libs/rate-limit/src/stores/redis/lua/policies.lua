-- The policies of the call, by their place in the program. What each has:
--   field, kind, form  form: the first byte of its packed states
--   slack              ticks: how much longer than its states a key may live (packing.lua)
--   held               by key: the packed state, false where there is none; what the call changed is here at once
-- What each kind has:
--   1 token bucket     empty: ticks that an empty bucket lacks; perUnit: ticks of a unit
--   2 sliding window   limit, per, pairs (how many a log may hold), cell (ticks); shape: that of a new log (packing.lua),
--                      or 0 where its logs are for rare.lua alone; packings by shape, record (frequent-window-keep.lua)
--   3 fixed window     limit, per; of the windows that contain now and follow it: start, stop, nextStop
--   4 calendar window  the same; the ends of some windows come with it, for Node knows the calendar and Redis the time
-- Policies of one field are one bucket, judged by different numbers: they share what is held.
local policies, fields = { nil, nil, nil }, nil
local count = read()
if count > 1 then fields = {} end
for i = 1, count do
  local field, held = sub(program, at, at + 5), nil
  if fields then
    held = fields[field]
    if not held then
      held = { nil, nil, nil, nil }
      fields[field] = held
    end
  else
    held = { nil, nil, nil, nil }
  end
  -- Numbers of eight digits in base 128: of a token bucket there are two, of a sliding window three, and then its pairs
  -- and shape (two digits each).
  local kind, exponent, a, b, c, d, e, f, g, h, a2, b2, c2, d2, e2, f2, g2, h2,
    a3, b3, c3, d3, e3, f3, g3, h3, pairsHigh, pairsLow, shapeHigh, shapeLow = byte(program, at + 6, at + 35)
  local long = ((((((a * 128 + b) * 128 + c) * 128 + d) * 128 + e) * 128 + f) * 128 + g) * 128 + h
  local slack, form = 8000000 * 2 ^ exponent, 16 * exponent + kind
  local policy
  if kind < 3 then
    local long2 = ((((((a2 * 128 + b2) * 128 + c2) * 128 + d2) * 128 + e2) * 128 + f2) * 128 + g2) * 128 + h2
    at = at + 24
    if kind == 1 then
      policy = { field = field, kind = 1, form = form, slack = slack, held = held, empty = long, perUnit = long2 }
    else
      policy = {
        field = field, kind = 2, form = form + 1, slack = slack, held = held, per = long, cell = long2,
        limit = ((((((a3 * 128 + b3) * 128 + c3) * 128 + d3) * 128 + e3) * 128 + f3) * 128 + g3) * 128 + h3,
        pairs = pairsHigh * 128 + pairsLow + 1, shape = shapeHigh * 128 + shapeLow
      }
      at = at + 12
    end
  else
    at = at + 16
    policy = {
      field = field, kind = 3, form = 16 * exponent + 2, slack = slack, held = held, per = long, limit = read()
    }
    if kind == 3 then
      policy.start = now - now % long
      policy.stop = policy.start + long
      policy.nextStop = policy.stop + long
    else
      for _ = 1, read() do
        local stop = read()
        if stop <= now then
          policy.start = stop
        elseif not policy.stop then
          policy.stop = stop
        elseif not policy.nextStop then
          policy.nextStop = stop
        end
      end
      if not (policy.start and policy.nextStop) then
        return redis.error_reply('ERR the clocks of Redis and of its client differ by more than a calendar window')
      end
    end
  end
  policies[i] = policy
end
