-- Keeps the answer to a request, unless its key has become another one's.
--
-- KEYS[1]  as begin.lua has it
-- ARGV     fingerprint, holder, answer, milliseconds for which it is kept
-- answers  1 where it is kept, else 0
local holder = redis.call('HGET', KEYS[1], 'holder')
if holder and holder ~= ARGV[2] then return {0} end
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'holder', ARGV[2], 'answer', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {1}
