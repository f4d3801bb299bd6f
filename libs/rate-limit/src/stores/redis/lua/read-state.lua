packed = call('HGET', names[key], policy.field)
if packed and #packed == CUT then packed = packed .. sub(call('HGET', names[key], policy.field .. '+') or '', 9) end
policy.held[key] = packed
