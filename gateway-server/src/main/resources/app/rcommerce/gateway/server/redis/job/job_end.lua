-- Ends a lease.
--
-- ARGV     id, token, what has become of the job: done, retry, release, bury; milliseconds until it is due again, why,
--          milliseconds for which it is known that it is done, most dead jobs, most bytes of dead jobs, the queue's name
-- answers  whether the lease has held
local id, what, delay = ARGV[1], ARGV[3], tonumber(ARGV[4])
local lease = redis.call('HGET', leases, id)
if not lease or string.match(lease, '^%d+ (.+)$') ~= ARGV[2] then return { 0 } end
local t = now()
redis.call('HDEL', leases, id)
local e = entry(id) or stranger(id, t)
if what == 'done' then
  redis.call('HDEL', entries, id)
  redis.call('HINCRBY', state, 'bytes', 0 - e.size)
  redis.call('HINCRBY', state, 'completed', 1)
  done(id, e, 'Completed', t, tonumber(ARGV[6]), ARGV[9])
  leave(id, e, t)
  return { 1 }
end
e.why = ARGV[5]
if what == 'release' then
  if delay > 0 then
    redis.call('ZADD', scheduled, string.format('%.3f', (t + delay) / 1000), id)
  else
    redis.call('RPUSH', lists[e.k], id)
  end
  keep(id, e)
  return { 1 }
end
e.attempts = e.attempts + 1
redis.call('HINCRBY', state, 'failed', 1)
if what == 'bury' then
  bury(id, e, t, tonumber(ARGV[7]), tonumber(ARGV[8]))
else
  redis.call('ZADD', scheduled, string.format('%.3f', (t + delay) / 1000), id)
  keep(id, e)
end
return { 1 }
