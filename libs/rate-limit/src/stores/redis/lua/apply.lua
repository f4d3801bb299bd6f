-- Keeps what a charge of an ask changed.
if stop then
  -- @include change.lua
else
  -- Units of a log that is known: its newest pair gets them at the end of the call (settle.lua).
  local units = after[10]
  if units == 0 then
    changes[changed + 1], changes[changed + 2] = key, policy
    changes[changed + 3], changes[changed + 4] = now + policy.per, false
    changed = changed + 4
  end
  after[10], after[1] = units + due, after[1] - due
end
