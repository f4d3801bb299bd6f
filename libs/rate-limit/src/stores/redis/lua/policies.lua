-- The policies of the call, by their place in the program. What each kind has:
--   1 token bucket     empty: ticks that an empty bucket lacks; perUnit: ticks of a unit
--   2 sliding window   limit, per, precision, cell (ticks)
--   3 fixed window     limit, per; of the windows that contain now and follow it: start, stop, nextStop
--   4 calendar window  the same; the ends of some windows come with it, for Node knows the calendar and Redis the time
local policies = {}
-- By kind, whether a policy of it is there. Functions that no policy needs are not made: that takes longer than a decision.
local present = {}
for i = 1, read() do
  local policy = { field = string.sub(program, at, at + 5) }
  at = at + 6
  local kind = read()
  policy.kind = kind
  if kind == 1 then
    policy.empty, policy.perUnit = read(), read()
  else
    policy.limit, policy.per = read(), read()
    if kind == 2 then
      policy.precision, policy.cell = read(), read()
    elseif kind == 3 then
      policy.start = floor(now / policy.per) * policy.per
      policy.stop = policy.start + policy.per
      policy.nextStop = policy.stop + policy.per
    else
      policy.kind = 3
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
  present[policy.kind] = true
  policies[i] = policy
end
