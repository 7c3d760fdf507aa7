-- Gives the messages that a node has heard their places: those that another node, or the publisher, has written are
-- found, the others are written. Called on the connection that is subscribed to the channel.
--
-- KEYS[1]  the hash of the topic, as topic_join.lua has it
-- KEYS[2]  the stream of what is kept, whose ids are offsets: "d" is the message, "t" when it was written (microseconds)
-- ARGV     node, the epoch as the node knows it, the offset up to which it knows all, how many messages are kept, how
--          old they become (milliseconds), milliseconds for which the hash lives, the time until which the node has heard
--          nothing that is neither written nor among what follows (microseconds), how many bytes of what others have
--          written are wanted at most; then what was heard, in order
-- answers  1, the newest offset, the time; then for each message behind the known offset, in order: its offset, when it was
--          written, and which of those heard it is (a number), or its text where it is none of them.
--          2 instead of 1 where more is written than is wanted at once: nothing was added, and the node asks again behind
--          the last message. 0 where the node has to join again
--
-- Few entries are read at a time: each may be large, and nobody else is served meanwhile.
local state, stream = KEYS[1], KEYS[2]
local self, cursor, most, age = 's:' .. ARGV[1], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local bytes, first = tonumber(ARGV[8]), 9

local found = redis.pcall('HMGET', state, 'epoch', 'top', self)
if found.err or found[1] ~= ARGV[2] or not found[2] or not found[3] then
  return { 0 }
end
local top = tonumber(found[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function value(entry, name)
  local fields = entry[2]
  for i = 1, #fields, 2 do
    if fields[i] == name then
      return fields[i + 1]
    end
  end
  return ''
end

local entries, at, count, full = {}, cursor, 4, false
while at < top and not full do
  local some = redis.call(
    'XRANGE', stream, string.format('%.0f', at + 1), string.format('%.0f', top), 'COUNT', count)
  local before = bytes
  for _, entry in ipairs(some) do
    if not full then
      if tonumber(string.match(entry[1], '^%d+')) ~= at + 1 then
        some = {}
        break
      end
      at = at + 1
      entries[#entries + 1] = entry
      bytes = bytes - #value(entry, 'd')
      full = bytes <= 0 or #entries == 5000
    end
  end
  if #some == 0 then
    -- What the node has not seen is no longer kept: what it has heard may be among it.
    redis.call('HDEL', state, self)
    return { 0 }
  end
  -- Small ones by the hundred, large ones one by one.
  local each = math.max(1, (before - bytes) / #some)
  count = math.max(1, math.min(200, math.floor(65536 / each)))
end

local answer = { at < top and 2 or 1, string.format('%.0f', top), string.format('%.0f', now) }
local function tell(offset, written_at, what)
  answer[#answer + 1] = offset
  answer[#answer + 1] = written_at
  answer[#answer + 1] = what
end

-- Those with the same text are told apart by their order alone. A publisher that writes by itself may have overtaken
-- what was heard before, so that the places of what was heard need not ascend.
local written, which = {}, {}
for k, entry in ipairs(entries) do
  local data = value(entry, 'd')
  local same = written[data] or { next = 1 }
  same[#same + 1] = k
  written[data] = same
end
local unwritten = {}
for i = first, #ARGV do
  local same = written[ARGV[i]]
  if same and same[same.next] then
    which[same[same.next]] = i - first + 1
    same.next = same.next + 1
  else
    unwritten[#unwritten + 1] = i
  end
end
for k, entry in ipairs(entries) do
  tell(string.match(entry[1], '^%d+'), value(entry, 't'), which[k] or value(entry, 'd'))
end
if at < top then
  return answer
end
local written_at = string.format('%.0f', now)
for _, i in ipairs(unwritten) do
  top = top + 1
  local offset = string.format('%.0f', top)
  redis.call('XADD', stream, 'MAXLEN', most, offset .. '-0', 'd', ARGV[i], 't', written_at)
  tell(offset, written_at, i - first + 1)
end

redis.call('HSET', state, 'top', string.format('%.0f', top), self, ARGV[7])
redis.call('PEXPIRE', state, ARGV[6])
if #ARGV >= first then
  -- A few of the oldest at a time: what is too old is told to nobody, even while it stands there.
  for _, entry in ipairs(redis.call('XRANGE', stream, '-', '+', 'COUNT', 4)) do
    if (tonumber(value(entry, 't')) or 0) < now - age * 1000 then
      redis.call('XDEL', stream, entry[1])
    end
  end
  redis.call('PEXPIRE', stream, age)
end
answer[2] = string.format('%.0f', top)
return answer
