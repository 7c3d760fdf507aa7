-- Adds a range to the block list, drops those that have ended, and lets the hash end with the last of them.
--
-- KEYS[1]  the hash of ranges: range -> {"until": milliseconds since the epoch, "reason": text}
-- ARGV     range, life in milliseconds, reason, "1" to leave an entry that holds as it is, how many ranges there may be
-- answers  { 1 }, or { 0 } where an entry was left as it is, or { -1 } where there are as many as there may be
local key = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = now + tonumber(ARGV[2])

local held = redis.pcall('HGETALL', key)
if held.err then
  -- The key is ours alone: what is no hash makes room.
  if not string.find(held.err, 'WRONGTYPE', 1, true) then
    return held
  end
  redis.call('UNLINK', key)
  held = {}
end
local ended, others = {}, 0
for i = 1, #held, 2 do
  local ok, entry = pcall(cjson.decode, held[i + 1])
  local ends = ok and type(entry) == 'table' and tonumber(entry['until'])
  if ends and ends < 100000000000 then
    -- Others may write seconds; as milliseconds such a number would lie before March 1973.
    ends = ends * 1000
  end
  if not (ends and ends > now and ends < 9007199254740991) then
    ended[#ended + 1] = held[i]
  elseif held[i] ~= ARGV[1] then
    last = math.max(last, ends)
    others = others + 1
  elseif ARGV[4] == '1' then
    return { 0 }
  end
end
for i = 1, #ended, 1000 do
  redis.call('HDEL', key, unpack(ended, i, math.min(i + 999, #ended)))
end
if others >= tonumber(ARGV[5]) then
  return { -1 }
end
local ends = string.format('%.0f', now + tonumber(ARGV[2]))
redis.call('HSET', key, ARGV[1], '{"until":' .. ends .. ',"reason":' .. cjson.encode(ARGV[3]) .. '}')
redis.call('PEXPIREAT', key, string.format('%.0f', last))
return { 1 }
