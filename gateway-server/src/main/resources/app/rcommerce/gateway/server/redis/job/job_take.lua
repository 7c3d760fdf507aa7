-- Takes jobs and leases them.
--
-- ARGV     worker, most, concurrency of the queue, milliseconds of a lease, jobs in a window (0 for any number),
--          milliseconds of the window, handicap of normal and of low priority (milliseconds), the longest wait, most
--          bytes that are given at once (and the last job whole), most dead jobs, most bytes of dead jobs
-- answers  whether the queue is paused, milliseconds until there may be more, and for each job: id, priority, JSON (or
--          nothing), how long ago it came in (milliseconds), failed attempts, crashes, token
local MOST_BYTES = tonumber(ARGV[10])
-- No job of the gateway is larger, and no worker is given one: it would have no memory for it.
local LARGEST = 25165824
local t = now()
local kept = redis.call('HMGET', state, 'paused', 'tokens', 'tokens_at', 'token')
if kept[1] == '1' then return { 1, tonumber(ARGV[9]) } end
local most = math.min(tonumber(ARGV[2]), 100)
local room = math.min(most, tonumber(ARGV[3]) - redis.call('HLEN', leases))
local quota, window, tokens, at = tonumber(ARGV[5]), tonumber(ARGV[6]), nil, tonumber(kept[3]) or 0
if quota > 0 then
  tokens = math.min(quota, (tonumber(kept[2]) or quota) + math.max(0, t - at) * quota / window)
  room = math.min(room, math.floor(tokens))
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', scheduled, '-inf', string.format('%.3f', t / 1000), 'LIMIT', 0, 100)) do
  redis.call('ZREM', scheduled, id)
  local e = entry(id)
  if e then
    e.ready = t
    keep(id, e)
  end
  redis.call('LPUSH', lists[(e or stranger(id, t)).k], id)
end

-- The next job of each list, with the time since when it seems to wait.
local handicaps = { h = 0, n = tonumber(ARGV[7]), l = tonumber(ARGV[8]) }
local heads = {}
local function look(k)
  local id = redis.call('LINDEX', lists[k], -1)
  heads[k] = nil
  if id then
    local e = entry(id)
    if not e then
      e = stranger(id, t)
      e.k = k
      e.new = true
      keep(id, e)
    end
    heads[k] = { id = id, e = e, rank = e.ready + handicaps[k] }
  end
end
if room > 0 then look('h') look('n') look('l') end

local answer = { 0, 0 }
local taken, looked, token, bytes = 0, 0, tonumber(kept[4]) or 0, 0
while taken < room and looked < 300 and bytes < MOST_BYTES do
  local best
  for _, k in ipairs({ 'h', 'n', 'l' }) do
    if heads[k] and (not best or heads[k].rank < heads[best].rank) then best = k end
  end
  if not best then break end
  looked = looked + 1
  local id, e = heads[best].id, heads[best].e
  redis.call('RPOP', lists[best])
  local mine = ARGV[1] .. ':' .. string.format('%.0f', token + 1)
  if redis.call('HSETNX', leases, id, string.format('%.0f %s', t + tonumber(ARGV[4]), mine)) == 1 then
    local text = json(id)
    if e.new and text and (string.find(text, '"status":"Completed"', 1, true) or string.find(text, '"status":"Cancelled"', 1, true)) then
      text = nil
    end
    local wrong = #id > 256 and 'its id is longer than 256 characters'
      or not string.find(id, '^[!-~]+$') and 'its id has other characters than visible ones of ASCII'
      or text and #text > LARGEST and 'it is larger than 24 MB'
    if text and text ~= '' and wrong then
      redis.call('HDEL', leases, id)
      e.why = wrong
      if e.size == 0 then
        e.size = #text
        redis.call('HINCRBY', state, 'bytes', e.size)
      end
      bury(id, e, t, tonumber(ARGV[11]), tonumber(ARGV[12]))
    elseif text == nil or text == '' then
      -- It is done, was taken back, is long gone, or was there twice.
      redis.call('HDEL', leases, id)
      redis.call('HDEL', entries, id)
      redis.call('HINCRBY', state, 'bytes', 0 - e.size)
      redis.call('HINCRBY', state, 'vanished', 1)
      leave(id, e, t)
    else
      if e.size == 0 and text then
        e.size = #text
        redis.call('HINCRBY', state, 'bytes', e.size)
        keep(id, e)
      end
      token = token + 1
      taken = taken + 1
      bytes = bytes + #(text or '')
      local n = #answer
      answer[n + 1], answer[n + 2], answer[n + 3] = id, best, text or ''
      answer[n + 4], answer[n + 5], answer[n + 6] = math.max(0, t - e.since), e.attempts, e.crashes
      answer[n + 7] = mine
    end
  end
  look(best)
end
if taken > 0 then redis.call('HSET', state, 'token', string.format('%.0f', token)) end
-- A time that is yet to come is one of before the clock was set back.
if tokens and (taken > 0 or at > t) then
  redis.call('HSET', state, 'tokens', string.format('%.6f', tokens - taken), 'tokens_at', string.format('%.0f', t))
end

local again = tonumber(ARGV[9])
if room <= 0 or heads.h or heads.n or heads.l then
  -- All that was asked for, or as many as there may be: others tell when there is room again.
  again = taken < most and 1000 or 0
  if tokens and tokens - taken < 1 then again = math.ceil((1 - (tokens - taken)) * window / quota) end
  if looked >= 300 or bytes >= MOST_BYTES then again = 0 end
else
  local first = redis.call('ZRANGE', scheduled, 0, 0, 'WITHSCORES')
  if first[2] then again = math.max(1, math.min(again, math.ceil(tonumber(first[2]) * 1000 - t))) end
end
answer[2] = again
return answer
