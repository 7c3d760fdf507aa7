-- Begins, or goes on, to hear a topic on the connection that is subscribed to its channel: since Redis carries out one
-- command after the other, a node that calls this, or topic_heard.lua, is subscribed at that very time.
--
-- KEYS[1]  the hash of the topic: its epoch, its newest offset ("top"), and for each node that hears it ("s:" and the
--          node's name) a time, in microseconds: all that was published until then is written, and the node has heard
--          all that came since
-- KEYS[2]  the stream of what is kept, whose ids are offsets
-- ARGV     node, a name for a new epoch, mode, when this subscription first called (microseconds; "" at first),
--          milliseconds for which the hash lives
--          mode "look" changes nothing; "join" waits for another node to show that all is written that was published
--          before this subscription; "force" takes the others for dead; "trust" needs none, since what is published is kept by whoever publishes
-- answers  whether the node hears the topic from now on (1, else 0), the epoch, the newest offset, when this subscription
--          first called (the time in mode "look")
local state, stream = KEYS[1], KEYS[2]
local self, mode = 's:' .. ARGV[1], ARGV[3]

local function top()
  local known = tonumber(redis.call('HGET', state, 'top'))
  if not known then
    local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)
    known = last[1] and tonumber(string.match(last[1][1], '^%d+')) or 0
  end
  return known
end

local kind = redis.call('TYPE', state).ok
if kind ~= 'hash' and kind ~= 'none' then
  redis.call('UNLINK', state)
end
kind = redis.call('TYPE', stream).ok
if kind ~= 'stream' and kind ~= 'none' then
  redis.call('UNLINK', stream)
end

local epoch = redis.call('HGET', state, 'epoch') or ''
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
if mode == 'look' then
  return { 0, epoch, top(), now }
end

local since = ARGV[4]
if since == '' then
  -- What this node has heard on an earlier connection proves nothing about what came in between.
  redis.call('HDEL', state, self)
  since = now
end
local others, covered = {}, false
local fields = redis.call('HGETALL', state)
for i = 1, #fields, 2 do
  if string.sub(fields[i], 1, 2) == 's:' and fields[i] ~= self then
    local shown = tonumber(fields[i + 1]) or 0
    if shown < time[1] * 1000000 - 1800000000 then
      -- Whoever lives shows so every ten minutes.
      redis.call('HDEL', state, fields[i])
    else
      others[#others + 1] = fields[i]
      -- A time that is yet to come is one of before the clock was set back, and shows nothing of what came since.
      covered = covered or (shown > tonumber(since) and shown <= tonumber(now))
    end
  end
end
local alone = #others == 0 or mode == 'force'
if not covered and not alone and mode ~= 'trust' then
  return { 0, epoch, top(), since }
end
local newest = top()
if epoch == '' or (not covered and mode ~= 'trust') then
  epoch = ARGV[2]
  for _, other in ipairs(others) do
    redis.call('HDEL', state, other)
  end
end
redis.call('HSET', state, 'epoch', epoch, 'top', newest, self, since)
redis.call('PEXPIRE', state, ARGV[5])
return { 1, epoch, newest, since }
