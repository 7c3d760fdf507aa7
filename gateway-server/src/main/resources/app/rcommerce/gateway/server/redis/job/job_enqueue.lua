-- Puts a job into a queue, whole or not at all. The keys are those of job.lua, which is not put before this script: most calls
-- of a queue are this one, and need little of it.
--
-- KEYS[1]  P/entries
-- ARGV     id, JSON, priority, bytes, most jobs, most bytes, milliseconds until it is due, order or -, event or nothing,
--          milliseconds for which the event is remembered
-- answers  1 where it is there; 0 where the queue is full; 2 and an id where the event has come before
local entries, p = KEYS[1], string.sub(KEYS[1], 1, -9)
local state = p .. '/state'
local id, size, event = ARGV[1], tonumber(ARGV[4]), ARGV[9]
if event ~= '' then
  local known = redis.pcall('GET', p .. '/seen:' .. event)
  if type(known) == 'string' then return { 2, known } end
end
local counts = redis.call('HMGET', state, 'bytes', 'accepted')
local bytes = (tonumber(counts[1]) or 0) + size
local known = redis.call('HLEN', entries)
if bytes > tonumber(ARGV[6])
  or known >= tonumber(ARGV[5]) and known - redis.call('ZCARD', p .. '/dead') >= tonumber(ARGV[5]) then
  return { 0 }
end
local time = redis.call('TIME')
local t = time[1] * 1000 + math.floor(time[2] / 1000)
local since = string.format('%.0f', t)
redis.call('SET', p .. '/job:' .. id, ARGV[2])
redis.call('HSET', entries, id, ARGV[3] .. ' ' .. since .. ' ' .. since .. ' ' .. ARGV[4] .. ' 0 0 ' .. ARGV[8] .. ' ')
redis.call('HSET', state, 'bytes', string.format('%.0f', bytes), 'accepted',
  string.format('%.0f', (tonumber(counts[2]) or 0) + 1))
if event ~= '' then redis.call('SET', p .. '/seen:' .. event, id, 'PX', ARGV[10]) end
if ARGV[8] ~= '-' and redis.call('RPUSH', p .. '/order:' .. ARGV[8], id) > 1 then
  redis.call('HINCRBY', state, 'waiting', 1)
elseif ARGV[7] ~= '0' then
  redis.call('ZADD', p .. '/scheduled', string.format('%.3f', (t + tonumber(ARGV[7])) / 1000), id)
else
  redis.call('LPUSH', p .. (ARGV[3] == 'h' and '/queue:high' or ARGV[3] == 'n' and '/queue:normal' or '/queue:low'), id)
end
return { 1 }
