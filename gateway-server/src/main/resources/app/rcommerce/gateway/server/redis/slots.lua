-- How many places for requests in flight each node holds, of one identifier.
--
-- KEYS[1]  the identifier's hash: "<bucket>|<node>" -> "<count> <when it is forgotten, in milliseconds>"
-- ARGV     bucket, node, wanted (empty: look only), used, most, life in milliseconds
-- answers  places this node holds now, places that all hold
--
-- What is not as written here is dropped; a key that holds anything else makes room.
local key, bucket, node = KEYS[1], ARGV[1], ARGV[2]
local wanted, used, most, life = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local all = redis.pcall('HGETALL', key)
if all.err then
  if not string.find(all.err, 'WRONGTYPE', 1, true) then
    return all
  end
  if wanted then
    redis.call('UNLINK', key)
  end
  all = {}
end

local own, others = 0, 0
for i = 1, #all, 2 do
  local whose, who = string.match(all[i], '^([^|]+)|(.+)$')
  local count, ends = string.match(all[i + 1], '^(%d+) (%d+)$')
  if not whose or not count or tonumber(ends) <= now or tonumber(ends) > now + 10 * life then
    if wanted then
      redis.call('HDEL', key, all[i])
    end
  elseif whose == bucket and who == node then
    own = tonumber(count)
  elseif whose == bucket then
    others = others + tonumber(count)
  end
end
if not wanted then
  return { own, own + others }
end

local granted = math.min(wanted, math.max(used, most - others, 0))
if granted > 0 then
  redis.call('HSET', key, bucket .. '|' .. node, string.format('%d %d', granted, now + life))
  redis.call('PEXPIRE', key, life)
elseif own > 0 then
  redis.call('HDEL', key, bucket .. '|' .. node)
end
return { granted, granted + others }
