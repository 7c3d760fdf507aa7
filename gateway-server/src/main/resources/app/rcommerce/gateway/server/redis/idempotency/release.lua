-- Frees the key of a request that has no answer.
--
-- KEYS[1]  as begin.lua has it
-- ARGV     holder
-- answers  1 where it is free now, else 0
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return {0} end
if redis.call('HEXISTS', KEYS[1], 'answer') == 1 then return {0} end
redis.call('UNLINK', KEYS[1])
return {1}
