-- Answers the hash that the record of a WebSocket is.
--
-- KEYS[1]  the record
-- answers  its fields and their values, one after the other; nothing where there is none; { "?" } where something else
--          stands there, or more than any record has
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'none' then
  return {}
end
if kind ~= 'hash' or redis.call('HLEN', KEYS[1]) > 64 then
  return { '?' }
end
return redis.call('HGETALL', KEYS[1])
