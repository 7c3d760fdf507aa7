-- The count of one identifier in one window of the calendar: a plain number, which others may count up as well.
--
-- KEYS[1]  the counter
-- ARGV     permits, mode ("take", "look", "back", or "charge" to count whatever the quotas say), milliseconds until the window ends; then for each quota that is
--          asked about: the quota, enforced (1 or 0)
-- answers  granted (1 or 0), the count before, the count after
--
-- What is no number is counted afresh.
local key, permits, mode, left = KEYS[1], tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local value = redis.pcall('GET', key)
if type(value) == 'table' and value.err and not string.find(value.err, 'WRONGTYPE', 1, true) then
  return value
end
local count = type(value) == 'string' and string.match(value, '^%d+$') and tonumber(value)
if count and count > 9007199254740991 then
  count = false
end
local before = count or 0

if mode == 'back' then
  if before >= permits then
    redis.call('DECRBY', key, permits)
    before = before - permits
  end
  return { 1, before, before }
end

local granted, room = 1, mode == 'charge'
for i = 4, #ARGV, 2 do
  if before + permits <= tonumber(ARGV[i]) then
    room = true
  elseif ARGV[i + 1] == '1' and mode ~= 'charge' then
    granted = 0
  end
end
if mode == 'look' or granted == 0 or not room then
  return { granted, before, before }
end
if count then
  redis.call('INCRBY', key, permits)
else
  redis.call('SET', key, permits)
end
if redis.call('PTTL', key) < 0 then
  redis.call('PEXPIRE', key, left)
end
return { 1, before, before + permits }
