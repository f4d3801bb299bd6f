-- token-bucket.lua for an ask that is no refund and owes nothing.
local tat, form = now, policy.form
if packed then
  if #packed == 8 then
    form, tat = unpackBytes('<BI7', packed)
  else
    form = 0
  end
end
local lacks = tat - now
if form ~= policy.form or lacks > 2 * policy.empty then
  rare = true
else
  if lacks < 0 then lacks = 0 end
  local full = lacks + cost * policy.perUnit
  if granting and full <= policy.empty then
    stop = now + full
    after = pack('<BI7', form, stop)
    due = not packed or stop >= tat - tat % policy.slack + policy.slack
    size = size + 1
    reply[size] = full
  elseif granting and charges * times > 1 then
    refused, room = true, (policy.empty - lacks) / policy.perUnit
  else
    size = size + 1
    reply[size] = -1 - lacks
  end
end
