-- What is kept behind a position, oldest first.
--
-- KEYS[1]  the hash of the topic, as topic_join.lua has it
-- KEYS[2]  the stream of what is kept
-- ARGV     the epoch and the offset that were seen last ("" for all that is kept), how old messages become
--          (milliseconds), how many bytes of them are wanted at most, how many messages
-- answers  whether that is all that has come since (1, else 0), the epoch ("" where there is none), the newest offset;
--          then the offset and the text of each message
local state, stream = KEYS[1], KEYS[2]
local found = redis.pcall('HMGET', state, 'epoch', 'top')
if found.err or not found[1] or not found[2] then
  return { 0, '', '0' }
end
local top, known = tonumber(found[2]), found[1] == ARGV[1]
local seen = known and tonumber(ARGV[2]) or 0
if seen > top then
  known, seen = false, 0
end
local time = redis.call('TIME')
local oldest = time[1] * 1000000 + time[2] - tonumber(ARGV[3]) * 1000
local bytes, most = tonumber(ARGV[4]), tonumber(ARGV[5])
local messages, next, at = {}, '+', top + 1
while at > seen + 1 and most > 0 and bytes > 0 do
  local some = redis.pcall('XREVRANGE', stream, next, string.format('%.0f', seen + 1), 'COUNT', math.min(most, 100))
  if some.err or #some == 0 then
    break
  end
  for _, entry in ipairs(some) do
    local offset, data, written = tonumber(string.match(entry[1], '^%d+')), '', 0
    for i = 1, #entry[2], 2 do
      if entry[2][i] == 'd' then
        data = entry[2][i + 1]
      elseif entry[2][i] == 't' then
        written = tonumber(entry[2][i + 1]) or 0
      end
    end
    bytes = bytes - #data
    most = most - 1
    if written < oldest or bytes < 0 or most < 0 or offset ~= at - 1 then
      most = 0
      break
    end
    messages[#messages + 1] = { string.format('%.0f', offset), data }
    at = offset
  end
  next = string.format('%.0f', at - 1)
  if at <= 1 then
    break
  end
end
local answer = { known and at == seen + 1 and 1 or 0, found[1], string.format('%.0f', top) }
for i = #messages, 1, -1 do
  answer[#answer + 1] = messages[i][1]
  answer[#answer + 1] = messages[i][2]
end
return answer
