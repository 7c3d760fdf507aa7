-- One page of the jobs of one state.
--
-- ARGV     ready, waiting, scheduled, running or dead; where to go on (0 at first); how many are looked at
-- answers  where to go on (0 at the end), and for each: id, entry (or nothing), when it is due, its lease ends or it died
local what, at, count = ARGV[1], ARGV[2], tonumber(ARGV[3])
local ids, times, following = {}, {}, '0'
if what == 'ready' then
  -- Counted from the right end of all three lists, one behind the other.
  local skip = tonumber(at)
  local left = count
  for _, k in ipairs({ 'h', 'n', 'l' }) do
    local length = redis.call('LLEN', lists[k])
    if skip < length and left > 0 then
      local page = redis.call('LRANGE', lists[k], math.max(0, length - skip - left), length - skip - 1)
      for i = #page, 1, -1 do ids[#ids + 1] = page[i] end
      left = left - #page
      skip = 0
    else
      skip = math.max(0, skip - length)
    end
  end
  if left == 0 then following = string.format('%.0f', tonumber(at) + count) end
elseif what == 'scheduled' or what == 'dead' then
  local page = redis.call('ZRANGE', what == 'dead' and dead or scheduled, at, tonumber(at) + count - 1, 'WITHSCORES')
  for i = 1, #page, 2 do
    ids[#ids + 1] = page[i]
    times[#ids] = tonumber(page[i + 1]) * (what == 'dead' and 1 or 1000)
  end
  if #ids == count then following = string.format('%.0f', tonumber(at) + count) end
elseif what == 'running' then
  local all = redis.call('HGETALL', leases)
  for i = 1, #all, 2 do
    ids[#ids + 1] = all[i]
    times[#ids] = tonumber(string.match(all[i + 1], '^%d+')) or 0
  end
else
  local page = redis.call('HSCAN', entries, at, 'COUNT', count)
  following = page[1]
  for i = 1, #page[2], 2 do
    local e = read(page[2][i + 1])
    if e and e.order ~= '-' and redis.call('LINDEX', p .. '/order:' .. e.order, 0) ~= page[2][i]
      and not redis.call('ZSCORE', dead, page[2][i]) then
      ids[#ids + 1] = page[2][i]
    end
  end
end
local answer = { following }
for i = 1, #ids do
  local n = #answer
  answer[n + 1], answer[n + 2], answer[n + 3] = ids[i], redis.call('HGET', entries, ids[i]) or '', math.floor(times[i] or 0)
end
return answer
