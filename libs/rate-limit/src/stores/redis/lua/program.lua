-- Reads the program: `code` has its bytes, `at` is the next one.
local call, floor = redis.call, math.floor
local program = ARGV[1]
local code = { string.byte(program, 1, 4000) }
for first = 4001, #program, 4000 do
  local more = { string.byte(program, first, first + 3999) }
  for i = 1, #more do
    code[first + i - 1] = more[i]
  end
end
local at = 1

local function read()
  local digit = code[at]
  at = at + 1
  local number = 0
  while digit >= 64 do
    number = (number + digit - 64) * 64
    digit = code[at]
    at = at + 1
  end
  return number + digit
end

local now = read() - 1
-- Ticks for which a state is kept after its end. A test sets its own clock: there the real one must not interfere.
local KEPT = 28800000000
if now < 0 then
  local time = call('TIME')
  now = ((time[1] - 1735689600) * 1000000 + time[2]) * 8
  KEPT = 8000000
end
