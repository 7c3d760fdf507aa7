-- Puts jobs back that stand nowhere.
--
-- ARGV     since when they have not moved (milliseconds), then their ids, the ones that came in first before others
-- answers  how many there were

-- Has a job wait in its order again: behind those that came in before it, and not before the first, which is elsewhere.
local function wait(key, id, e)
  redis.call('LREM', key, 0, id)
  local last = entry(redis.call('LINDEX', key, -1))
  if not last or last.since <= e.since then
    redis.call('RPUSH', key, id)
    return
  end
  local all = redis.call('LRANGE', key, 0, -1)
  local at = #all
  while at > 1 do
    local other = entry(all[at])
    if other and other.since <= e.since then break end
    at = at - 1
  end
  table.insert(all, at + 1, id)
  redis.call('UNLINK', key)
  for i = 1, #all, 1000 do redis.call('RPUSH', key, unpack(all, i, math.min(i + 999, #all))) end
end

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
        wait(key, id, e)
      end
    end
    if not waits then
      e.ready = t
      keep(id, e)
      redis.call('LPUSH', lists[e.k], id)
    end
    found = found + 1
  end
end
return { found }
