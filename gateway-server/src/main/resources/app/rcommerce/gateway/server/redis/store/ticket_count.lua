-- Counts a ticket among those of one caller that are neither used nor over.
-- KEYS[1]: a hash of when each of them ends, by its digest (milliseconds).
-- ARGV: the digest, for how long the ticket is good (milliseconds), how many a caller may have.
-- Answers 1; 0, and counts nothing, where the caller has that many.
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then
  redis.call('UNLINK', KEYS[1])
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local ends = tonumber(all[i + 1]) or 0
  -- One that would be good for longer than any is from before the clock was set back.
  if ends <= now or ends > now + ARGV[2] then
    redis.call('HDEL', KEYS[1], all[i])
  end
end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now + ARGV[2]))
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
