-- fixed-window.lua for an ask that is no refund and owes nothing.
local used, form, last, held = 0, policy.form, 0, 0
stop = policy.stop
if packed then
  if #packed == 13 then
    form, last, held = unpackBytes('<BI7I5', packed)
    if last > now then stop, used = last, held end
  else
    form = 0
  end
end
if form ~= policy.form or stop - now > 2 * policy.per then
  rare = true
elseif granting and cost <= policy.limit - used then
  used = used + cost
  after = pack('<BI7I5', form, stop, used)
  due = not packed or stop >= last - last % policy.slack + policy.slack
  reply[size + 1], reply[size + 2] = used, stop - now
  size = size + 2
elseif granting and charges * times > 1 then
  refused, room = true, policy.limit - used
else
  reply[size + 1], reply[size + 2] = -1 - used, stop - now
  size = size + 2
end
