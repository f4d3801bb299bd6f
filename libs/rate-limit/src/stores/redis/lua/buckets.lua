-- The buckets of the call: read once a key, kept here from ask to ask, written once a key.
local algorithms = { tokenBucket, slidingWindow, fixedWindow }
-- By key: field -> packed state, or the bucket once it was opened.
local identities = {}
local touched = {}

local function open(key, policy)
  local fields = identities[key]
  if not fields then
    fields = {}
    local all = call('HGETALL', KEYS[key])
    for i = 1, #all, 2 do
      fields[all[i]] = all[i + 1]
    end
    identities[key] = fields
  end
  local bucket = fields[policy.field]
  if type(bucket) == 'table' then return bucket end
  local state
  if bucket and #bucket >= 8 then state = algorithms[policy.kind].unpack(bucket) end
  -- What is there but cannot be read goes when the hash is written, or is overwritten.
  bucket = { key = key, state = state, packed = bucket }
  fields[policy.field] = bucket
  return bucket
end

-- The state of a bucket is now this one, by this policy.
local function keep(bucket, state, policy)
  bucket.state, bucket.policy = state, policy
  touched[bucket.key] = true
end

local function writeAll()
  for key in pairs(touched) do
    local name, set, gone, latest = KEYS[key], {}, {}, now
    for field, value in pairs(identities[key]) do
      local policy = nil
      if type(value) == 'table' then
        policy = value.policy
        if not policy then value = value.packed end
      end
      local stop
      if not policy then
        stop = value and endOf(value)
      elseif value.state then
        stop = algorithms[policy.kind].stop(value.state, policy)
      end
      if not stop or stop + KEPT <= now then
        if not policy and value or policy and value.packed then gone[#gone + 1] = field end
      else
        if stop > latest then latest = stop end
        if policy then
          set[#set + 1], set[#set + 2] = field, algorithms[policy.kind].pack(value.state, policy)
        end
      end
    end
    if #set == 2 then
      call('HSET', name, set[1], set[2])
    elseif #set > 2 then
      call('HSET', name, unpack(set))
    end
    if #gone > 0 then call('HDEL', name, unpack(gone)) end
    call('PEXPIRE', name, math.ceil((latest - now + KEPT) / 8000))
  end
end
