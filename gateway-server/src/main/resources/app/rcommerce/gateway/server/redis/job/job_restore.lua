-- Puts jobs back that stand nowhere.
--
-- ARGV     since when they have not moved (milliseconds), then their ids
-- answers  how many there were
local t = now()
local found = 0
for i = 2, #ARGV do
  local id = ARGV[i]
  local e = entry(id)
  if e and e.ready < tonumber(ARGV[1]) and redis.call('HEXISTS', leases, id) == 0
    and not redis.call('ZSCORE', scheduled, id) and not redis.call('ZSCORE', dead, id) then
    local waits = false
    if e.order ~= '-' then
      local key = p .. '/order:' .. e.order
      local first = redis.call('LINDEX', key, 0)
      if not first then
        redis.call('RPUSH', key, id)
      elseif first ~= id then
        waits = true
        redis.call('LREM', key, 0, id)
        redis.call('RPUSH', key, id)
      end
    end
    if not waits then
      e.ready = t
      keep(id, e)
      redis.call('LPUSH', lists[e.k], id)
      found = found + 1
    end
  end
end
return { found }
