-- Begins a request under an idempotency key, or says what stands there.
--
-- KEYS[1]  a hash: fingerprint, holder, and answer once there is one
-- ARGV     fingerprint, holder, milliseconds after which the mark ends
-- answers  1 where it begins, 2 where it is under way, 3 where another request has the key, or 4 and the answer
local known = redis.call('HMGET', KEYS[1], 'fingerprint', 'holder')
if not known[1] then
  redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'holder', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {1}
end
if known[1] ~= ARGV[1] then return {3} end
local answer = redis.call('HGET', KEYS[1], 'answer')
if answer then return {4, answer} end
return {known[2] == ARGV[2] and 1 or 2}
