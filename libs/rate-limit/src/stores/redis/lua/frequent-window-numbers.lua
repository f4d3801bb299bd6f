-- Reads the numbers of all pairs but the oldest: that of the second oldest is what is left of the whole.
local step = 1 + wide
local single = wide > 0 and 'I6I4' or sub(format, 6, 7)
third = (count - 3) * step + 1
numbers = { unpackBytes('<' .. string.rep(single, count - 2), packed, begin + 2 * width) }
second, secondMore = total - (1 - wide) * units, totalMore - wide * units
for i = 1, third, step do
  second = second - numbers[i]
  if wide > 0 then secondMore = secondMore - numbers[i + 1] end
end
