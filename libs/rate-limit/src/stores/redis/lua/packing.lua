-- Packed states. Each begins with a byte for its form and seven for its end in ticks, whatever comes in later versions:
-- so every version knows when a field is over that it cannot read otherwise.
--   1 token bucket     nothing more: the end is the theoretical arrival time
--   2 fixed window     units (5 bytes)
--   3 sliding window   one byte: width w - 1 + 8 × e; then w bytes for each pair, oldest first: age × 2^e + units, the
--                      age in µs before the newest pair; of the newest, the window itself
--   4 the same with ages in ticks
--   5 the same for what is too large: ages and units as doubles
-- With 40 bits a pair, 11 pairs have 64 bytes: Redis keeps a hash compact up to that.
local pack, unpackBytes = struct.pack, struct.unpack
local FARTHEST = now + 6400000000000000

-- The end of a packed state, or nothing where it cannot be one.
local function endOf(packed)
  if #packed < 8 then return nil end
  local _, stop = unpackBytes('<BI7', packed)
  if stop < FARTHEST then return stop end
end
