-- Who hears a topic, by nodes.
--
-- KEYS[1]  a hash: "<node>" -> "<until when it is believed, in milliseconds> <what the node tells>"
-- ARGV     nothing to read all; or a node, what it tells (empty for nobody), and for how many milliseconds
-- answers  what all nodes tell; nothing to a node that tells
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- Told to last longer than anything is told for: before the clock was set back.
local latest = ARGV[3] and now + 2 * ARGV[3] or math.huge
local told = {}
local all = redis.pcall('HGETALL', KEYS[1])
if all.err then
  if not string.find(all.err, 'WRONGTYPE', 1, true) then
    return all
  end
  if ARGV[1] then
    redis.call('UNLINK', KEYS[1])
  end
  all = {}
end
for i = 1, #all, 2 do
  local till, text = string.match(all[i + 1], '^(%d+) (.*)$')
  if till and tonumber(till) > now and tonumber(till) <= latest then
    told[#told + 1] = text
  elseif ARGV[1] then
    redis.call('HDEL', KEYS[1], all[i])
  end
end
if not ARGV[1] then
  return told
end
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now + ARGV[3]) .. ' ' .. ARGV[2])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
  end
end
return {}
