-- Reads the program; `at` is its next byte.
local call, byte, sub, pack, unpackBytes = redis.call, string.byte, string.sub, struct.pack, struct.unpack
local program, names, at = ARGV[1], KEYS, 2

local function read()
  local digit = byte(program, at)
  local number = 0
  at = at + 1
  while digit >= 64 do
    number = (number + digit - 64) * 64
    digit = byte(program, at)
    at = at + 1
  end
  return number + digit
end

-- Ticks for which a state is kept after its end. A test sets its own clock: there the real one must not interfere.
local now, KEPT
if byte(program) == 0 then
  local time = call('TIME')
  now, KEPT = ((time[1] - 1735689600) * 1000000 + time[2]) * 8, 8000000
else
  at = 1
  now, KEPT = read() - 1, 28800000000
end
