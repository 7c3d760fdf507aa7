-- How many places for requests in flight each node holds, of one identifier.
--
-- KEYS[1]  the identifier's hash: "<bucket>|<node>" -> "<count> <when it is forgotten, in milliseconds> <number>"
-- ARGV     bucket, node, wanted (empty: look only), used, most, life in milliseconds, number of the claim
-- answers  places this node holds now, places that all hold
--
-- A claim that a later one of the same node has overtaken changes nothing. A node that holds nothing leaves its number.
-- What is not as written here is dropped; a key that holds anything else makes room.
local key, bucket, node = KEYS[1], ARGV[1], ARGV[2]
local wanted, used, most, life = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local number = tonumber(ARGV[7])
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

local own, others, last = 0, 0, 0
for i = 1, #all, 2 do
  local whose, who = string.match(all[i], '^([^|]+)|(.+)$')
  local count, ends, claim = string.match(all[i + 1], '^(%d+) (%d+) (%d+)$')
  if not whose or not count or tonumber(ends) <= now or tonumber(ends) > now + 10 * life then
    if wanted then
      redis.call('HDEL', key, all[i])
    end
  elseif whose == bucket and who == node then
    own, last = tonumber(count), tonumber(claim)
  elseif whose == bucket then
    others = others + tonumber(count)
  end
end
if not wanted or number <= last then
  return { own, own + others }
end

local granted = math.min(wanted, math.max(used, most - others, 0))
redis.call('HSET', key, bucket .. '|' .. node, string.format('%d %d %.0f', granted, now + life, number))
redis.call('PEXPIRE', key, life)
return { granted, granted + others }
