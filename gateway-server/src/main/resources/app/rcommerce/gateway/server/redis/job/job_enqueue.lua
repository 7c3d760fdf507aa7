-- Puts a job into a queue, whole or not at all.
--
-- ARGV     id, JSON, priority, bytes, most jobs, most bytes, milliseconds until it is due, order or -, event or nothing,
--          milliseconds for which the event is remembered
-- answers  1 where it is there; 0 where the queue is full; 2 and an id where the event has come before
local id, size, order, event = ARGV[1], tonumber(ARGV[4]), ARGV[8], ARGV[9]
if event ~= '' then
  local known = redis.pcall('GET', p .. '/seen:' .. event)
  if type(known) == 'string' then return { 2, known } end
end
local counts = redis.call('HMGET', state, 'bytes', 'accepted')
local bytes = tonumber(counts[1]) or 0
if redis.call('HLEN', entries) - redis.call('ZCARD', dead) >= tonumber(ARGV[5]) or bytes + size > tonumber(ARGV[6]) then
  return { 0 }
end
local t = now()
local delay = tonumber(ARGV[7])
redis.call('SET', p .. '/job:' .. id, ARGV[2])
redis.call('HSET', entries, id, string.format('%s %.0f %.0f %s 0 0 %s ', ARGV[3], t, t, ARGV[4], order))
redis.call('HSET', state, 'bytes', string.format('%.0f', bytes + size), 'accepted',
  string.format('%.0f', (tonumber(counts[2]) or 0) + 1))
if event ~= '' then redis.call('SET', p .. '/seen:' .. event, id, 'PX', ARGV[10]) end
if order ~= '-' and redis.call('RPUSH', p .. '/order:' .. order, id) > 1 then
  redis.call('HINCRBY', state, 'waiting', 1)
elseif delay > 0 then
  redis.call('ZADD', scheduled, string.format('%.3f', (t + delay) / 1000), id)
else
  redis.call('LPUSH', lists[ARGV[3]], id)
end
return { 1 }
