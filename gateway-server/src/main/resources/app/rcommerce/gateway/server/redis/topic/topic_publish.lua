-- Keeps a message and publishes it, at once: whoever hears it finds it written.
--
-- KEYS[1]  the hash of the topic, as topic_join.lua has it
-- KEYS[2]  the stream of what is kept
-- ARGV     a name for a new epoch, how many messages are kept, how old they become (milliseconds), milliseconds for
--          which the hash lives, the channel, the message, PUBLISH or SPUBLISH
-- answers  the epoch, the offset of the message
local state, stream = KEYS[1], KEYS[2]
local kind = redis.call('TYPE', state).ok
if kind ~= 'hash' and kind ~= 'none' then
  redis.call('UNLINK', state)
end
kind = redis.call('TYPE', stream).ok
if kind ~= 'stream' and kind ~= 'none' then
  redis.call('UNLINK', stream)
end
local found = redis.call('HMGET', state, 'epoch', 'top')
local epoch, top = found[1] or ARGV[1], tonumber(found[2])
if not top then
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  top = last[1] and tonumber(string.match(last[1][1], '^%d+')) or 0
end
local time = redis.call('TIME')
local offset = string.format('%.0f', top + 1)
redis.call('XADD', stream, 'MAXLEN', ARGV[2], offset .. '-0', 'd', ARGV[6], 't',
  string.format('%.0f', time[1] * 1000000 + time[2]))
redis.call('HSET', state, 'epoch', epoch, 'top', offset)
if redis.call('PTTL', state) < tonumber(ARGV[4]) then
  redis.call('PEXPIRE', state, ARGV[4])
end
redis.call('PEXPIRE', stream, ARGV[3])
local sent = redis.pcall(ARGV[7], ARGV[5], ARGV[6])
if type(sent) == 'table' and sent.err then
  -- Before Redis 7.0 there are no channels of shards.
  redis.call('PUBLISH', ARGV[5], ARGV[6])
end
return { epoch, offset }
