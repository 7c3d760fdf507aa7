-- Gives jobs back whose leases have ended, and says whether there are any that stand nowhere.
--
-- ARGV     most crashes, most dead jobs, most bytes of dead jobs, milliseconds after which all jobs are gone through,
--          milliseconds of a lease
-- answers  jobs given back, jobs given up, whether the caller is to go through all jobs, the time
local t, life = now(), tonumber(ARGV[5])
local expired, buried = 0, 0
local all = redis.call('HGETALL', leases)
for i = 1, #all, 2 do
  local id = all[i]
  local ends, token = string.match(all[i + 1], '^(%d+) (.*)$')
  ends = tonumber(ends)
  if not ends or ends <= t then
    redis.call('HDEL', leases, id)
    local e = entry(id) or stranger(id, t)
    e.crashes = e.crashes + 1
    e.why = 'its worker has died or was too slow'
    if e.crashes > tonumber(ARGV[1]) then
      bury(id, e, t, tonumber(ARGV[2]), tonumber(ARGV[3]))
      buried = buried + 1
    else
      keep(id, e)
      redis.call('RPUSH', lists[e.k], id)
      expired = expired + 1
    end
  elseif ends > t + 10 * life then
    -- It is from before the clock was set back: a worker that lives renews it, and one that has died does not.
    redis.call('HSET', leases, id, string.format('%.0f %s', t + life, token))
  end
end
local kept = redis.call('HMGET', state, 'waiting', 'gone_through', 'missing')
local known = redis.call('HLEN', entries)
local stand = redis.call('LLEN', lists.h) + redis.call('LLEN', lists.n) + redis.call('LLEN', lists.l)
  + redis.call('ZCARD', scheduled) + redis.call('ZCARD', dead) + redis.call('HLEN', leases) + (tonumber(kept[1]) or 0)
local missing, last = known > stand, tonumber(kept[2]) or 0
-- What others take away is counted on, so that in an empty queue there may seem to be something.
if known == 0 and stand == (tonumber(kept[1]) or 0) then redis.call('HDEL', state, 'bytes', 'dead_bytes', 'waiting') end
local due = known > 0 and (t - last >= tonumber(ARGV[4]) or last > t)
-- Another one looks in between: nothing is missing that is only on its way.
if missing and kept[3] == '1' and t - last >= 2000 then due = true end
if (missing and '1' or '0') ~= (kept[3] or '0') then redis.call('HSET', state, 'missing', missing and '1' or '0') end
if due then redis.call('HSET', state, 'gone_through', string.format('%.0f', t)) end
return { expired, buried, due and 1 or 0, t }
