-- The decision over all meters of one identifier: the arithmetic of limit.count.SlidingWindow, TokenBucket and
-- Counters.
--
-- KEYS[1]  the identifier's hash
-- ARGV     the least and the most permits wanted, count (1, 0 to look only, or 2 to count whatever the quotas say), now in
--          milliseconds (empty: the server's clock), the shortest life of the hash in milliseconds, among how many nodes
--          the room is shared, permits given back, when those were granted, to which meters (a 1 or a 0 for each); what the
--          node holds, as limit.count.Hold has it: id (empty: nothing), sequence, used, acknowledged, life in
--          milliseconds; then for each meter: field, kind (S a window, T a bucket, in lower case in shadow mode), quota,
--          window in milliseconds, burst. Nothing is asked for where the most is 0.
-- answers  permits granted, or held where the node holds some, milliseconds until a retry can succeed, now, then for each
--          meter: remaining, reset, over
--
-- A window has two fields. <field> holds "total newest oldest current": the running total, the newest and the oldest
-- counted part by number, and the count of the newest. <field>| holds the older parts, oldest first, as "count:gap;",
-- where the gap leads to the next counted part. So a call within one part touches the first alone, and what has expired
-- is cut off the front of the second. A bucket has one field with one number: the theoretical arrival time. Behind either
-- stands what nodes hold: a "|", and "id sequence used permits end;" for each. Whatever is not as written here is dropped
-- and counted afresh.
local call, tonumber, ipairs = redis.call, tonumber, ipairs
local floor, ceil, max, min = math.floor, math.ceil, math.max, math.min
local match, format, sub, find = string.match, string.format, string.sub, string.find

local key = KEYS[1]
local least = tonumber(ARGV[1])
local most = tonumber(ARGV[2])
local count, charge = ARGV[3] ~= '0', ARGV[3] == '2'
local now = tonumber(ARGV[4])
local shortest = tonumber(ARGV[5])
local nodes = tonumber(ARGV[6])
local back = tonumber(ARGV[7])
local backAt = tonumber(ARGV[8])
local backTo = ARGV[9]
local id, sequence, used, acknowledged = ARGV[10], tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])
local holdLife = tonumber(ARGV[14])
local FIRST = 15
if not now then
  local time = call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end

-- Times of buckets: in units of 1/8192 ms since 2026, so that doubles hold them exactly.
local UNITS, EPOCH = 8192, 1767225600000
local EXACT = 9007199254740991

local PAIR = '^(%d+):(%d+);()'

-- How long after its grant a lease may still be used: a fiftieth of the window, but no more than 100 ms, and not at all
-- where that would be next to nothing.
local function leaseLife(window)
  local life = min(100, floor(window / 50))
  return life < 5 and 0 or life
end

-- What stands of the holds of a meter.
local function holdsOf(m)
  if #m.holds == 0 then
    return ''
  end
  local text = '|'
  for _, h in ipairs(m.holds) do
    text = text .. format('%s %d %d %d %d;', h.id, h.sequence, h.used, h.permits, h.ends)
  end
  return text
end

local Window = {}

local function log(m)
  if not m.log then
    m.log = call('HGET', key, m.field .. '|') or ''
  end
  return m.log
end

-- Reads a meter and drops what has expired; false where the hash is damaged.
function Window.load(m, head)
  -- Short windows have finer parts, so that a lease's life still fits.
  local length = ceil(m.window / (m.window <= 10000 and 200 or 100))
  m.length, m.parts, m.part, m.lease = length, ceil(m.window / length), floor(now / length), leaseLife(m.window)
  m.total, m.newest, m.oldest, m.current, m.log = 0, 0, 0, 0, false
  if not head then
    return true
  end
  local total, newest, oldest, current = match(head, '^(%d+) (%d+) (%-?%d+) (%d+)$')
  if not total then
    return false
  end
  total, newest, oldest, current = tonumber(total), tonumber(newest), tonumber(oldest), tonumber(current)
  if total < current or total > EXACT or newest > EXACT or oldest > newest
      or newest - oldest > m.parts + ceil(m.lease / m.length) or (oldest == newest and current ~= total) then
    return false
  end
  m.logged = oldest < newest
  if newest > m.part then
    -- The clock has stepped back: everything counts as if it were as old as can be known, which is not at all.
    oldest = oldest - (newest - m.part)
    newest = m.part
    m.changed = true
  end
  local first = floor((now - m.lease) / m.length) - m.parts
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
    m.log = sub(text, at)
    m.changed, m.relogged = true, true
  end
  m.total, m.newest, m.oldest, m.current = total, newest, oldest, current
  return true
end

local function ends(m, part)
  return max(1, (part + m.parts + 1) * m.length + m.lease - now)
end

function Window.room(m)
  return m.quota - m.total
end

Window.leaseRoom = Window.room

function Window.remaining(m)
  return max(0, m.quota - m.total)
end

-- How long until there is room for so many; nil where the hash is damaged.
function Window.untilRoom(m, wanted)
  if wanted > m.quota then
    return m.window
  end
  local bound = m.quota - wanted
  local left, part, at = m.total, m.oldest, 1
  while part < m.newest do
    local counted, gap, next = match(log(m), PAIR, at)
    if not counted then
      return nil
    end
    left = left - counted
    if left <= bound then
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

function Window.untilMore(m)
  if m.total == 0 then
    return 0
  end
  local part, at = m.oldest, 1
  while part < m.newest do
    local counted, gap, next = match(log(m), PAIR, at)
    if not counted then
      return 1
    end
    if counted ~= '0' then
      break
    end
    part = part + gap
    at = next
  end
  return ends(m, part)
end

function Window.add(m, permits)
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

-- Gives back permits to the part in which they were granted: nothing where that has gone.
function Window.giveBack(m)
  local part = floor(backAt / m.length)
  if m.total == 0 or part < m.oldest or part > m.newest then
    return
  end
  local given
  if part == m.newest then
    given = min(back, m.current)
    m.current = m.current - given
  else
    local text, at, reached = log(m), 1, m.oldest
    local counted, gap, next = match(text, PAIR, at)
    while counted and reached < part do
      reached = reached + gap
      at = next
      counted, gap, next = match(text, PAIR, at)
    end
    if not counted or reached ~= part then
      return
    end
    given = min(back, tonumber(counted))
    m.log = sub(text, 1, at - 1) .. format('%d:%d;', counted - given, gap) .. sub(text, next)
    m.relogged = true
  end
  m.total = m.total - given
  m.changed = true
end

function Window.life(m)
  return (m.parts + 1) * m.length + m.lease
end

function Window.write(m, fields)
  if m.total == 0 then
    if #m.holds == 0 then
      call('HDEL', key, m.field, m.field .. '|')
      return
    end
    m.newest, m.oldest, m.current, m.log = m.part, m.part, 0, ''
    m.relogged = m.logged
  end
  fields[#fields + 1] = m.field
  fields[#fields + 1] = format('%d %d %d %d', m.total, m.newest, m.oldest, m.current) .. holdsOf(m)
  if m.relogged then
    fields[#fields + 1] = m.field .. '|'
    fields[#fields + 1] = m.log
  end
end

local Bucket = {}

function Bucket.load(m, head)
  m.each = ceil(m.window * UNITS / m.quota)
  m.tau = m.burst * m.each
  m.at = (now - EPOCH) * UNITS
  m.lease = leaseLife(floor(m.tau / UNITS))
  m.tat = m.at
  if not head then
    return true
  end
  local tat = match(head, '^%-?%d+$') and tonumber(head)
  if not tat or tat > EXACT or tat < -EXACT then
    return false
  end
  -- No bucket owes more than all of it: it does where the clock has stepped back, or the burst has become smaller.
  m.tat = max(m.at, min(tat, m.at + m.tau))
  m.changed = tat > m.tat
  return true
end

function Bucket.room(m)
  return floor((m.tau - (m.tat - m.at)) / m.each)
end

-- What is leased may be used as late as a lease lives, and counts as if it were.
function Bucket.leaseRoom(m)
  return floor((m.tau - (max(m.tat, m.at + m.lease * UNITS) - m.at)) / m.each)
end

function Bucket.remaining(m)
  return max(0, Bucket.room(m))
end

local function millis(units)
  return max(1, ceil(units / UNITS))
end

function Bucket.untilRoom(m, wanted)
  if wanted > m.burst then
    return millis(m.tau)
  end
  return millis(m.tat + wanted * m.each - m.tau - m.at)
end

function Bucket.untilMore(m)
  local owed = m.tat - m.at
  return owed <= 0 and 0 or millis(owed - floor((owed - 1) / m.each) * m.each)
end

function Bucket.add(m, permits, later)
  local from = later and max(m.tat, m.at + m.lease * UNITS) or m.tat
  m.tat = min(from + permits * m.each, m.at + m.tau)
  m.changed = true
end

function Bucket.giveBack(m)
  if m.tat > m.at then
    m.tat = max(m.at, m.tat - back * m.each)
    m.changed = true
  end
end

function Bucket.life(m)
  return max(1, ceil((m.tat - m.at) / UNITS))
end

function Bucket.write(m, fields)
  fields[#fields + 1] = m.field
  fields[#fields + 1] = format('%d', m.tat) .. holdsOf(m)
end

-- Splits what a field holds: the count, and the holds, which are read into the meter. What is held no longer counts as
-- used now. False where they are damaged.
local function countOf(m, text)
  local bar = text and find(text, '|', 1, true)
  if not bar then
    return text
  end
  if not count then
    -- Who only looks is told what has been used.
    return sub(text, 1, bar - 1)
  end
  local at, last = bar + 1, #text
  while at <= last do
    local name, number, told, permits, ends, next = match(text, '^([^ ;|]+) (%d+) (%d+) (%d+) (%d+);()', at)
    if not name then
      return false
    end
    permits, ends = tonumber(permits), tonumber(ends)
    if ends < now then
      m.expired = m.expired + permits
      m.changed = true
    else
      local h = { id = name, sequence = tonumber(number), used = tonumber(told), permits = permits, ends = ends }
      m.holds[#m.holds + 1] = h
      if name == id then
        m.own = h
      else
        m.others = m.others + permits
      end
      m.longest = max(m.longest, ends - now)
    end
    at = next
  end
  return sub(text, 1, bar - 1)
end

-- Counts what has been used of the node's hold.
local function settle(m, enforced)
  local before = m.own and m.own.permits or 0
  local more = max(0, used - (m.own and m.own.used or acknowledged))
  -- A meter in shadow mode that had no room has counted nothing.
  local counted = enforced and more or min(more, before)
  if counted > 0 then
    m.kind.add(m, counted)
  end
  m.mine = max(0, before - more)
end

-- Writes what the node holds from now on.
local function hold(m)
  if not m.own then
    if m.mine == 0 then
      return
    end
    m.own = { id = id }
    m.holds[#m.holds + 1] = m.own
  end
  -- One that has ended is remembered for some seconds: an earlier question may yet arrive, and must not begin it again.
  local life = m.mine == 0 and min(5000, holdLife) or holdLife
  m.own.sequence, m.own.used, m.own.permits, m.own.ends = sequence, used, m.mine, now + life
  m.longest = max(m.longest, life)
  m.changed = true
end

local function write(meters)
  local fields, life = {}, shortest
  for _, m in ipairs(meters) do
    -- What is held at its end counts from then on.
    life = max(life, m.kind.life(m) + m.longest)
    if m.changed then
      m.kind.write(m, fields)
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

-- How many permits to grant, the least at least: where more are wanted, one node's share of what every meter has.
local function size(meters)
  local granted = most
  for _, m in ipairs(meters) do
    if not m.short then
      granted = min(granted, floor((m.kind.leaseRoom(m) - m.others) / nodes))
    end
  end
  return max(least, granted)
end

-- How many the node is to hold, beside the least that it uses at once.
local function sizeOfHold(meters)
  local held = most
  for _, m in ipairs(meters) do
    if not m.short then
      held = min(held, m.mine + floor(max(0, m.kind.room(m) - m.others - m.mine - least) / nodes))
    end
  end
  return held
end

local function decide(heads, names)
  local meters, retry, overtaken = {}, 0, false
  for i, name in ipairs(names) do
    local at = FIRST + (i - 1) * 5
    local mode = ARGV[at + 1]
    -- All fields at once: a table that grows is made anew each time.
    local m = {
      field = name, kind = (mode == 'T' or mode == 't') and Bucket or Window,
      quota = tonumber(ARGV[at + 2]), window = tonumber(ARGV[at + 3]), burst = tonumber(ARGV[at + 4]),
      length = 0, parts = 0, part = 0, total = 0, newest = 0, oldest = 0, current = 0, lease = 0,
      log = false, logged = false, relogged = false, changed = false, room = 0,
      enforced = mode == 'S' or mode == 'T', short = false, holds = {}, own = false, others = 0, mine = 0,
      expired = 0, longest = 0,
    }
    local head = countOf(m, heads[i])
    if (heads[i] and not head) or not m.kind.load(m, head) then
      return nil
    end
    if m.expired > 0 then
      m.kind.add(m, m.expired)
    end
    if back > 0 and sub(backTo, i, i) == '1' then
      m.kind.giveBack(m)
    end
    overtaken = overtaken or (m.own and sequence <= m.own.sequence)
    meters[i] = m
  end
  for _, m in ipairs(meters) do
    if id ~= '' then
      if overtaken then
        m.mine = m.own and m.own.permits or 0
      else
        settle(m, m.enforced)
      end
    end
    m.short = not charge and (least > 0 or id == '') and m.kind.room(m) - m.others - m.mine < least
    if m.short then
      m.room = m.kind.untilRoom(m, m.others + m.mine + least)
      if not m.room then
        return nil
      end
      if m.enforced then
        retry = max(retry, m.room)
      end
    end
  end
  if overtaken then
    -- Whoever asked has given up, and asked again.
    retry = max(1, retry)
  end
  local granted = 0
  if retry == 0 then
    granted = id ~= '' and sizeOfHold(meters) or most > least and size(meters) or most
  end
  local answer, mine = { granted, retry, now }, nil
  for _, m in ipairs(meters) do
    if id == '' then
      if granted > 0 and count and not m.short then
        m.kind.add(m, granted, granted > least)
      end
    else
      if least == 0 and not m.enforced and m.mine == 0 and m.kind.room(m) - m.others < 1 then
        m.short = true
        m.room = m.kind.untilRoom(m, m.others + 1)
        if not m.room then
          return nil
        end
      end
      if retry == 0 and not overtaken and not m.short then
        if least > 0 then
          m.kind.add(m, least)
        end
        m.mine = granted
      elseif not overtaken then
        m.mine = min(m.mine, most)
      end
      if not overtaken then
        hold(m)
      end
      if m.enforced then
        mine = min(mine or m.mine, m.mine)
      end
    end
    local untilMore = m.short and m.room or m.kind.untilMore(m)
    answer[#answer + 1] = max(0, m.kind.remaining(m) - m.others - m.mine)
    answer[#answer + 1] = untilMore
    answer[#answer + 1] = m.short and 1 or 0
  end
  if id ~= '' then
    answer[1] = mine or granted
  end
  if count then
    write(meters)
  end
  return answer
end

local names = {}
for i = FIRST, #ARGV, 5 do
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
