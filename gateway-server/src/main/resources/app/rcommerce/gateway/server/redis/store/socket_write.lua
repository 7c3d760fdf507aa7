-- Writes the record of a WebSocket, or removes it, unless another connection holds it. What is no record is replaced.
--
-- KEYS[1]  the record
-- ARGV[1]  its life in milliseconds; 0 to remove it
-- ARGV[2]  the mark of the connection that writes; * to take the record over
-- ARGV[3]  the record as JSON, if there is nothing behind it; else the fields of a hash and their values
-- answers  { 1 } when it is done, { 0 } where there was nothing to remove, { -1 } where another connection holds it
local kind = redis.call('TYPE', KEYS[1]).ok
local holder = nil
if kind == 'hash' then
  holder = redis.call('HGET', KEYS[1], 'holder')
elseif kind == 'string' then
  local read, record = pcall(cjson.decode, redis.call('GET', KEYS[1]))
  if read and type(record) == 'table' then
    holder = record.holder
  end
end
if ARGV[2] ~= '*' and type(holder) == 'string' and holder ~= '' and holder ~= ARGV[2] then
  return { -1 }
end
if ARGV[1] == '0' then
  return { redis.call('UNLINK', KEYS[1]) }
end
if #ARGV == 3 then
  redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[1])
  return { 1 }
end
if kind ~= 'hash' and kind ~= 'none' then
  redis.call('UNLINK', KEYS[1])
end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return { 1 }
