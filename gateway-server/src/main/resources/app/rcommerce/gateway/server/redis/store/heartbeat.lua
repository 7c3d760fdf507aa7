-- Says that a node is alive, forgets those that have not said so for a while, and counts the rest.
--
-- KEYS[1]  the sorted set of nodes, by when they were last heard of
-- ARGV     node, milliseconds after which a silent node is forgotten
local key = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local silence = tonumber(ARGV[2])
local added = redis.pcall('ZADD', key, now, ARGV[1])
if type(added) == 'table' and added.err then
  -- The key is ours alone: what is no sorted set makes room.
  if not string.find(added.err, 'WRONGTYPE', 1, true) then
    return added
  end
  redis.call('UNLINK', key)
  redis.call('ZADD', key, now, ARGV[1])
end
redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('(%.0f', now - silence))
-- Heard of in times to come: before the clock was set back.
redis.call('ZREMRANGEBYSCORE', key, string.format('(%.0f', now), '+inf')
redis.call('PEXPIRE', key, 2 * silence)
return { redis.call('ZCARD', key) }
