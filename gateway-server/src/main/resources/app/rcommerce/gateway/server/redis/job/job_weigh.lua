-- Says how many bytes a queue has, for one that has not changed while its jobs were gone through: a key that is lost, or
-- that others take away, leaves its bytes behind, and a queue would seem to be full.
--
-- ARGV     what was counted when it was begun; jobs, bytes, bytes of dead ones
-- answers  1 where it is kept
if counted() ~= ARGV[1] or redis.call('HLEN', entries) ~= tonumber(ARGV[2]) then return { 0 } end
redis.call('HSET', state, 'bytes', ARGV[3], 'dead_bytes', ARGV[4])
return { 1 }
