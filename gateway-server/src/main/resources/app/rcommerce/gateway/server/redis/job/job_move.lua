-- What operators do with jobs.
--
-- ARGV     revive or cancel, milliseconds until they are ready or for which it is known that they were taken back, the
--          queue's name, ids
-- answers  how many there were
local what, delay, name = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local t = now()

-- Whether a job of which the queue knows nothing, since others have put it there, was ready; it is no more.
local function withdrawn(id)
  for _, k in ipairs({ 'h', 'n', 'l' }) do
    if redis.call('LREM', lists[k], -1, id) > 0 then return true end
  end
  return false
end

local function revive(id, e, died)
  e.ready, e.crashes = t, 0
  if died then
    -- It begins anew, also for how long it may be tried.
    e.attempts, e.since = 0, t
    redis.call('HINCRBY', state, 'dead_bytes', 0 - e.size)
    redis.call('HINCRBY', state, 'bytes', e.size)
    if e.order ~= '-' and redis.call('RPUSH', p .. '/order:' .. e.order, id) > 1 then
      redis.call('HINCRBY', state, 'waiting', 1)
      keep(id, e)
      return
    end
  end
  keep(id, e)
  if delay > 0 then
    redis.call('ZADD', scheduled, string.format('%.3f', (t + delay) / 1000), id)
  else
    redis.call('LPUSH', lists[e.k], id)
  end
end

local function cancel(id, e, known, died, waited)
  redis.call('HDEL', entries, id)
  if died then
    redis.call('HINCRBY', state, 'dead_bytes', 0 - e.size)
  else
    if known and not waited then redis.call('LREM', lists[e.k], -1, id) end
    redis.call('HINCRBY', state, 'bytes', 0 - e.size)
    leave(id, e, t)
  end
  redis.call('HINCRBY', state, 'cancelled', 1)
  done(id, e, 'Cancelled', t, delay, name)
end

local moved = 0
for i = 4, #ARGV do
  local id = ARGV[i]
  if redis.call('HEXISTS', leases, id) == 0 then
    local e = entry(id)
    local known = e ~= nil
    local died = known and redis.call('ZREM', dead, id) == 1
    local waited = redis.call('ZREM', scheduled, id) == 1
    if what == 'revive' then
      if died or waited then
        revive(id, e or stranger(id, t), died)
        moved = moved + 1
      end
    elseif known or waited or withdrawn(id) then
      cancel(id, e or stranger(id, t), known, died, waited)
      moved = moved + 1
    end
  end
end
return { moved }
