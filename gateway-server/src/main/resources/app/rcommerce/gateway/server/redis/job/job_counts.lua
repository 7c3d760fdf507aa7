-- Counts the jobs of a queue.
--
-- answers  ready ones by priority, waiting, scheduled, running, dead, bytes, how long the oldest ready one has waited,
--          whether paused, accepted, completed, failed, buried
local t = now()
local kept = redis.call('HMGET', state, 'waiting', 'bytes', 'paused', 'accepted', 'completed', 'failed', 'buried')
local oldest = t
for _, list in pairs(lists) do
  local id = redis.call('LINDEX', list, -1)
  local e = id and entry(id)
  if e then oldest = math.min(oldest, e.ready) end
end
return { redis.call('LLEN', lists.h), redis.call('LLEN', lists.n), redis.call('LLEN', lists.l), tonumber(kept[1]) or 0,
  redis.call('ZCARD', scheduled), redis.call('HLEN', leases), redis.call('ZCARD', dead), tonumber(kept[2]) or 0, t - oldest,
  kept[3] == '1' and 1 or 0, tonumber(kept[4]) or 0, tonumber(kept[5]) or 0, tonumber(kept[6]) or 0, tonumber(kept[7]) or 0 }
