-- Packed states. The first byte has their form and 16 × their slack (below); the next seven have their end in ticks,
-- whatever comes in later versions: so every version knows when a field is over that it cannot read otherwise.
--   1 token bucket     nothing more: the end is the theoretical arrival time
--   2 fixed window     units (5 bytes)
--   3 sliding window   one byte: width w - 1 + 8 × e; then w bytes for each pair, oldest first: passed × 2^e + units, the
--                      time passed since the pair before in µs; of the oldest, the window itself
--   4 the same with times in ticks
--   5 the same for what is too large: times and units as doubles
--   6 form 3 of a full log whose pairs are known to lie in cells of their own
-- Redis keeps a hash compact while its values have up to 64 bytes, such as 11 pairs of 40 bits. A longer log of a
-- usual precision is cut: the field has its first 62 bytes, which no whole state has; a second one, with a plus after
-- its name, has the same first eight bytes and what is left.
--
-- The slack spares most writes a PEXPIRE. A key ends at a multiple of 2^slack seconds, later than its states do; so the
-- end of a state tells how long its key lives at least, and only one that goes beyond moves the end of the key.
local LONGEST, CUT = 64, 62
local ZEROS = '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
  .. '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
