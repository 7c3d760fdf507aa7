-- Adds a WebSocket to the set of those of a user or an address, which lives at least as long as its record.
--
-- KEYS[1]  the set
-- ARGV[1]  the record's life in milliseconds
-- ARGV[2]  the socket's id
-- answers  { 1 }
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'set' and kind ~= 'none' then
  redis.call('UNLINK', KEYS[1])
end
redis.call('SADD', KEYS[1], ARGV[2])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return { 1 }
