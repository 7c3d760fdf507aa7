-- What is kept behind a position, oldest first; nothing where that is not all that has come since.
--
-- KEYS[1]  the hash of the topic, as topic_join.lua has it
-- KEYS[2]  the stream of what is kept
-- ARGV     the epoch and the offset that were seen last ("" for the newest of all that is kept), how old messages become
--          (milliseconds), how many bytes of them are wanted at most, how many messages
-- answers  whether that is all that has come since (1, else 0), the epoch ("" where there is none), the newest offset;
--          then the offset and the text of each message
--
-- Few entries are read at a time: each may be large, and nobody else is served meanwhile.
local state, stream = KEYS[1], KEYS[2]
local found = redis.pcall('HMGET', state, 'epoch', 'top')
if found.err or not found[1] or not found[2] then
  return { 0, '', '0' }
end
local epoch, top = found[1], tonumber(found[2])
local time = redis.call('TIME')
local oldest = time[1] * 1000000 + time[2] - tonumber(ARGV[3]) * 1000
local bytes, most = tonumber(ARGV[4]), tonumber(ARGV[5])

-- The offset, the text and the age of an entry.
local function read(entry)
  local data, written = '', 0
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'd' then
      data = entry[2][i + 1]
    elseif entry[2][i] == 't' then
      written = tonumber(entry[2][i + 1]) or 0
    end
  end
  return tonumber(string.match(entry[1], '^%d+')), data, written
end

local nothing = { 0, epoch, string.format('%.0f', top) }
if ARGV[1] == '' then
  local messages, at = {}, top + 1
  while #messages < most and bytes > 0 and at > 1 do
    local some = redis.pcall('XREVRANGE', stream, string.format('%.0f', at - 1), '-', 'COUNT', math.min(most - #messages, 4))
    if some.err or #some == 0 then
      break
    end
    for _, entry in ipairs(some) do
      local offset, data, written = read(entry)
      bytes = bytes - #data
      if bytes < 0 or written < oldest then
        bytes = 0
        break
      end
      messages[#messages + 1] = { string.format('%.0f', offset), data }
      at = offset
    end
  end
  for i = #messages, 1, -1 do
    nothing[#nothing + 1] = messages[i][1]
    nothing[#nothing + 1] = messages[i][2]
  end
  return nothing
end

local seen = tonumber(ARGV[2])
if epoch ~= ARGV[1] or seen > top or top - seen > most then
  return nothing
end
local answer = { 1, epoch, string.format('%.0f', top) }
local at, count = seen, 4
while at < top do
  local some = redis.pcall('XRANGE', stream, string.format('%.0f', at + 1), '+', 'COUNT', count)
  if some.err or #some == 0 then
    return nothing
  end
  local before = bytes
  for _, entry in ipairs(some) do
    local offset, data, written = read(entry)
    bytes = bytes - #data
    if offset ~= at + 1 or written < oldest or bytes < 0 then
      return nothing
    end
    answer[#answer + 1] = string.format('%.0f', offset)
    answer[#answer + 1] = data
    at = offset
  end
  -- Small ones by the hundred, large ones one by one.
  local each = math.max(1, (before - bytes) / #some)
  count = math.max(1, math.min(200, math.floor(65536 / each)))
end
return answer
