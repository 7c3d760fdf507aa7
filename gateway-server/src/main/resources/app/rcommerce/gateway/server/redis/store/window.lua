-- The count of one identifier in one window of the calendar: a plain number, which others may count up as well.
--
-- KEYS[1]  the counter
-- ARGV     the least permits wanted and the most, mode ("take", "look", "back", or "charge" to count whatever the quotas
--          say), milliseconds until the window ends, among how many nodes the room is shared; then for each quota that is
--          asked about: the quota, enforced (1 or 0)
-- answers  permits granted (0 where refused), the count before, the count after
--
-- What is no number is counted afresh.
local key, least, most, mode, left, nodes =
  KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local value = redis.pcall('GET', key)
if type(value) == 'table' and value.err and not string.find(value.err, 'WRONGTYPE', 1, true) then
  return value
end
local count = type(value) == 'string' and string.match(value, '^%d+$') and tonumber(value)
if count and count > 9007199254740991 then
  count = false
end
local before = count or 0
if count and mode ~= 'look' and string.format('%.0f', count) ~= value then
  -- Somebody has written it as no command of Redis would, with zeros in front, and none would count on from there.
  redis.call('SET', key, string.format('%.0f', count), 'KEEPTTL')
end

if mode == 'back' then
  if before >= least then
    redis.call('DECRBY', key, least)
    before = before - least
  end
  return { least, before, before }
end

-- Beyond the least no more than one node's share of what every quota has left.
local granted, refused, room = most, false, mode == 'charge'
for i = 6, #ARGV, 2 do
  local rest = tonumber(ARGV[i]) - before
  if least <= rest then
    room = true
    granted = math.min(granted, math.floor(rest / nodes))
  elseif ARGV[i + 1] == '1' and mode ~= 'charge' then
    refused = true
  end
end
granted = math.max(least, granted)
if mode == 'look' or refused or not room then
  return { refused and 0 or least, before, before }
end
if count then
  redis.call('INCRBY', key, granted)
else
  redis.call('SET', key, granted)
end
if redis.call('PTTL', key) < 0 then
  redis.call('PEXPIRE', key, left)
end
return { granted, before, before + granted }
