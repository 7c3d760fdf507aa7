-- The decision over all meters of one identifier: the arithmetic of limit.SlidingWindow and limit.Counters.
--
-- KEYS[1]  the identifier's hash
-- ARGV     permits, count (1, or 0 to look only), now in milliseconds (empty: the server's clock), the shortest life
--          of the hash in milliseconds, then for each meter: field, quota, window in milliseconds, enforced (1 or 0)
-- answers  granted, milliseconds until a retry can succeed, then for each meter: remaining, reset, over
--
-- A meter has two fields. <field> holds "total newest oldest current": the running total, the newest and the oldest
-- counted part by number, and the count of the newest. <field>| holds the older parts, oldest first, as "count:gap;",
-- where the gap leads to the next counted part. So a call within one part touches the first alone, and what has expired
-- is cut off the front of the second. Whatever is not as written here is dropped and counted afresh.
local call, tonumber, ipairs = redis.call, tonumber, ipairs
local floor, ceil, max = math.floor, math.ceil, math.max
local match, format = string.match, string.format

local key = KEYS[1]
local permits = tonumber(ARGV[1])
local count = ARGV[2] == '1'
local now = tonumber(ARGV[3])
local shortest = tonumber(ARGV[4])
if not now then
  local time = call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end

local PAIR = '^(%d+):(%d+);()'

local function log(m)
  if not m.log then
    m.log = call('HGET', key, m.field .. '|') or ''
  end
  return m.log
end

-- Reads a meter and drops what has expired; false where the hash is damaged.
local function load(m, head)
  if not head then
    return true
  end
  local total, newest, oldest, current = match(head, '^(%d+) (%d+) (%d+) (%d+)$')
  if not total then
    return false
  end
  total, newest, oldest, current = tonumber(total), tonumber(newest), tonumber(oldest), tonumber(current)
  if current < 1 or total < current or total > 9007199254740991 or newest > 9007199254740991
      or oldest > newest or newest - oldest > m.parts or (oldest == newest) ~= (current == total) then
    return false
  end
  m.logged = oldest < newest
  -- A clock that steps back stands still.
  m.part = max(m.part, newest)
  local first = m.part - m.parts
  if newest < first then
    return true
  end
  if oldest < first then
    local text, at = log(m), 1
    while oldest < first do
      local counted, gap, next = match(text, PAIR, at)
      if not counted then
        return false
      end
      total = total - counted
      oldest = oldest + gap
      at = next
    end
    if oldest > newest or total < current then
      return false
    end
    m.log = string.sub(text, at)
    m.changed, m.relogged = true, true
  end
  m.total, m.newest, m.oldest, m.current = total, newest, oldest, current
  return true
end

local function ends(m, part)
  return max(1, (part + m.parts + 1) * m.length - now)
end

-- How long until there is room for the permits; nil where the hash is damaged.
local function untilRoom(m)
  if permits > m.quota then
    return m.window
  end
  local most = m.quota - permits
  local left, part, at = m.total, m.oldest, 1
  while part < m.newest do
    local counted, gap, next = match(log(m), PAIR, at)
    if not counted then
      return nil
    end
    left = left - counted
    if left <= most then
      return ends(m, part)
    end
    part = part + gap
    at = next
  end
  if part ~= m.newest or left ~= m.current then
    return nil
  end
  return ends(m, part)
end

local function add(m)
  if m.total == 0 then
    m.oldest = m.part
    m.current = 0
    m.log = ''
    m.relogged = m.logged
  elseif m.part > m.newest then
    m.log = (m.oldest < m.newest and log(m) or '') .. format('%d:%d;', m.current, m.part - m.newest)
    m.current = 0
    m.relogged = true
  end
  m.newest = m.part
  m.current = m.current + permits
  m.total = m.total + permits
  m.changed = true
end

local function write(meters)
  local fields, life = {}, shortest
  for _, m in ipairs(meters) do
    life = max(life, (m.parts + 1) * m.length)
    if m.changed then
      fields[#fields + 1] = m.field
      fields[#fields + 1] = format('%d %d %d %d', m.total, m.newest, m.oldest, m.current)
      if m.relogged then
        fields[#fields + 1] = m.field .. '|'
        fields[#fields + 1] = m.log
      end
    end
  end
  if #fields > 0 then
    call('HSET', key, unpack(fields))
    -- Never shortened, since other calls may name longer windows; a tenth too long, so that it is seldom set.
    if call('PTTL', key) < life then
      call('PEXPIRE', key, format('%d', life * 1.1))
    end
  end
end

local function decide(heads, names)
  local meters, retry = {}, 0
  for i, name in ipairs(names) do
    local window = tonumber(ARGV[i * 4 + 3])
    local length = ceil(window / 100)
    -- All fields at once: a table that grows is made anew each time.
    local m = {
      field = name, quota = tonumber(ARGV[i * 4 + 2]), window = window,
      length = length, parts = ceil(window / length), part = floor(now / length),
      total = 0, newest = 0, oldest = 0, current = 0,
      log = false, logged = false, relogged = false, changed = false, over = false, room = 0,
    }
    if not load(m, heads[i]) then
      return nil
    end
    m.over = m.total + permits > m.quota
    if m.over then
      m.room = untilRoom(m)
      if not m.room then
        return nil
      end
      if ARGV[i * 4 + 4] == '1' then
        retry = max(retry, m.room)
      end
    end
    meters[i] = m
  end
  local answer = { retry == 0 and 1 or 0, retry }
  for _, m in ipairs(meters) do
    if retry == 0 and count and not m.over then
      add(m)
    end
    answer[#answer + 1] = max(0, m.quota - m.total)
    answer[#answer + 1] = m.over and m.room or (m.total == 0 and 0 or ends(m, m.oldest))
    answer[#answer + 1] = m.over and 1 or 0
  end
  if count then
    write(meters)
  end
  return answer
end

local names = {}
for i = 5, #ARGV, 4 do
  names[#names + 1] = ARGV[i]
end
local heads = redis.pcall('HMGET', key, unpack(names))
local answer
if not heads.err then
  answer = decide(heads, names)
elseif not string.find(heads.err, 'WRONGTYPE', 1, true) then
  return heads
end
if not answer then
  if count then
    call('UNLINK', key)
  end
  answer = decide({}, names)
end
return answer
