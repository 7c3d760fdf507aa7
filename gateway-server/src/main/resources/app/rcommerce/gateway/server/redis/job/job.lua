-- What all scripts of a queue begin with.
--
-- KEYS[1]  P/entries, a hash: of each job what the queue knows of it; P is what all keys of the queue begin with
--
-- Further keys, all of the same slot: P/job:ID the JSON; P/queue:high, :normal and :low lists of ids that are ready, the
-- next one last; P/scheduled ids by when they are due (seconds); P/leases by id until when who has it; P/dead ids by
-- when they died; P/order:O ids of one order, of which only the first one is anywhere else; P/seen:E the id that came
-- with an event; P/state counts and switches.
--
-- An entry: priority (h, n, l), when it came in, since when it is ready (milliseconds), bytes, failed attempts, crashes,
-- order or -, why it failed.
local p = string.sub(KEYS[1], 1, -9)
local entries, leases, scheduled, dead, state = KEYS[1], p .. '/leases', p .. '/scheduled', p .. '/dead', p .. '/state'
local lists = { h = p .. '/queue:high', n = p .. '/queue:normal', l = p .. '/queue:low' }

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function read(text)
  if not text then return nil end
  local k, since, ready, size, attempts, crashes, order, why =
    string.match(text, '^([hnl]) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) ?(.*)$')
  if not k then return nil end
  return { k = k, since = tonumber(since), ready = tonumber(ready), size = tonumber(size),
    attempts = tonumber(attempts), crashes = tonumber(crashes), order = order, why = why }
end

local function entry(id)
  return read(redis.call('HGET', entries, id))
end

local function keep(id, e)
  redis.call('HSET', entries, id, string.format('%s %.0f %.0f %.0f %.0f %.0f %s %s',
    e.k, e.since, e.ready, e.size, e.attempts, e.crashes, e.order, e.why))
end

-- The JSON of a job; nil where there is none, false where something else stands there.
local function json(id)
  local text = redis.pcall('GET', p .. '/job:' .. id)
  if type(text) == 'table' then return false end
  if not text then return nil end
  return text
end

-- What is known of a job that others have put there.
local function stranger(id, t)
  local text = json(id)
  local name = text and string.match(text, '"priority"%s*:%s*"(%a)')
  name = name and string.lower(name) or 'n'
  return { k = lists[name] and name or 'n', since = t, ready = t, size = 0, attempts = 0, crashes = 0, order = '-', why = '' }
end

-- Makes the next one of an order ready, since its first one has left.
local function leave(id, e, t)
  if e.order == '-' then return end
  local key = p .. '/order:' .. e.order
  local first = redis.call('LINDEX', key, 0)
  local removed = redis.call('LREM', key, 1, id)
  if first ~= id then
    if removed > 0 then redis.call('HINCRBY', state, 'waiting', -1) end
    return
  end
  local following = redis.call('LINDEX', key, 0)
  while following do
    local other = entry(following)
    redis.call('HINCRBY', state, 'waiting', -1)
    if other then
      other.ready = t
      keep(following, other)
      redis.call('LPUSH', lists[other.k], following)
      return
    end
    redis.call('LPOP', key)
    following = redis.call('LINDEX', key, 0)
  end
end

-- Gives a job up, and keeps no more dead ones than there may be.
local function bury(id, e, t, most, bytes)
  redis.call('ZADD', dead, string.format('%.0f', t), id)
  keep(id, e)
  redis.call('HINCRBY', state, 'bytes', 0 - e.size)
  local held = redis.call('HINCRBY', state, 'dead_bytes', e.size)
  redis.call('HINCRBY', state, 'buried', 1)
  leave(id, e, t)
  local count = redis.call('ZCARD', dead)
  while count > most or (held > bytes and count > 1) do
    local oldest = redis.call('ZRANGE', dead, 0, 0)[1]
    local old = entry(oldest)
    redis.call('ZREM', dead, oldest)
    redis.call('HDEL', entries, oldest)
    redis.call('UNLINK', p .. '/job:' .. oldest)
    redis.call('HINCRBY', state, 'dropped', 1)
    if old then held = redis.call('HINCRBY', state, 'dead_bytes', 0 - old.size) end
    count = count - 1
  end
end
