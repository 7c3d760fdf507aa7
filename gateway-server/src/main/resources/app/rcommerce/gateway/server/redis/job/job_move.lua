-- What operators do with one job.
--
-- ARGV     id, revive or cancel, milliseconds until it is ready or for which it is known that it was taken back, the
--          queue's name
-- answers  whether there was one
local id, what = ARGV[1], ARGV[2]
local e = entry(id)
if not e or redis.call('HEXISTS', leases, id) == 1 then return { 0 } end
local t = now()
local died = redis.call('ZREM', dead, id) == 1
local waited = redis.call('ZREM', scheduled, id) == 1
if what == 'revive' then
  if not died and not waited then return { 0 } end
  e.ready, e.crashes = t, 0
  if died then
    -- It begins anew, also for how long it may be tried.
    e.attempts, e.since = 0, t
    redis.call('HINCRBY', state, 'dead_bytes', 0 - e.size)
    redis.call('HINCRBY', state, 'bytes', e.size)
    if e.order ~= '-' and redis.call('RPUSH', p .. '/order:' .. e.order, id) > 1 then
      redis.call('HINCRBY', state, 'waiting', 1)
      keep(id, e)
      return { 1 }
    end
  end
  keep(id, e)
  if tonumber(ARGV[3]) > 0 then
    redis.call('ZADD', scheduled, string.format('%.3f', (t + tonumber(ARGV[3])) / 1000), id)
  else
    redis.call('LPUSH', lists[e.k], id)
  end
  return { 1 }
end
redis.call('HDEL', entries, id)
if died then
  redis.call('HINCRBY', state, 'dead_bytes', 0 - e.size)
else
  if not waited then redis.call('LREM', lists[e.k], -1, id) end
  redis.call('HINCRBY', state, 'bytes', 0 - e.size)
  leave(id, e, t)
end
redis.call('HINCRBY', state, 'cancelled', 1)
done(id, e, 'Cancelled', t, tonumber(ARGV[3]), ARGV[4])
return { 1 }
