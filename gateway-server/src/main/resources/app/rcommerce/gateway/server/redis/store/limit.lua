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
local redis, math, string, A = redis, math, string, ARGV
local call, tonumber = redis.call, tonumber
local floor, ceil, max, min = math.floor, math.ceil, math.max, math.min
local match, format, sub, find = string.match, string.format, string.sub, string.find

-- A call makes its functions anew, which costs as much as what they do: they are few, those that are seldom needed stand
-- where they are needed, and no table grows field by field.

local key, FIRST = KEYS[1], 15
local least, most = tonumber(A[1]), tonumber(A[2])
local count, charge = A[3] ~= '0', A[3] == '2'
local now = tonumber(A[4])
local nodes, id = tonumber(A[6]), A[10]
local sequence, used, holdLife
if id ~= '' then
  sequence, used, holdLife = tonumber(A[11]), tonumber(A[12]), tonumber(A[14])
end
if not now then
  local time = call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end

-- Times of buckets: in units of 1/8192 ms since 2026, so that doubles hold them exactly.
local UNITS, EPOCH = 8192, 1767225600000
local EXACT = 9007199254740991

-- The longest life of what a node holds, in milliseconds.
local LONGEST = 150000

-- Of a window: the length of its parts in milliseconds, how many there are, the number of the present one, and how long a
-- lease lives. Short windows have finer parts, so that a lease's life still fits.
local function divide(window)
  local length = ceil(window / (window <= 10000 and 200 or 100))
  local lease = min(100, floor(window / 50))
  return length, ceil(window / length), floor(now / length), lease < 5 and 0 or lease
end

local function live(life)
  -- Never shortened, since other calls may name longer windows; a tenth too long, so that it is seldom set.
  if call('PTTL', key) < life then
    call('PEXPIRE', key, format('%d', life * 1.1))
  end
end

local names, n = {}, 0
for i = FIRST, #A, 5 do
  n = n + 1
  names[n] = A[i]
end
local heads = redis.pcall('HMGET', key, unpack(names))

-- Of a new caller nothing is counted and nothing held, so that a node's first question has a short answer, which is the
-- same as that of all that follows below, and costs a third less.
local new = not heads.err and id ~= '' and least > 0 and count and not charge and A[7] == '0' and used <= tonumber(A[13])
local granted = most
for i = 1, new and n or 0 do
  local at = FIRST + (i - 1) * 5
  new = new and not heads[i] and (A[at + 1] == 'S' or A[at + 1] == 's')
  granted = min(granted, floor((A[at + 2] - least) / nodes))
end
if new and granted > 0 then
  local held = format('|%s %d %d %d %d;', id, sequence, used, granted, now + holdLife)
  local fields, answer, life = {}, { granted, 0, now }, tonumber(A[5])
  for i = 1, n do
    local at = FIRST + (i - 1) * 5
    local length, parts, part, lease = divide(tonumber(A[at + 3]))
    life = max(life, holdLife + (parts + 1) * length + lease)
    fields[2 * i - 1], fields[2 * i] = A[at], format('%d %d %d %d', least, part, part, least) .. held
    answer[3 * i + 1] = A[at + 2] - least - granted
    answer[3 * i + 2] = (part + parts + 1) * length + lease - now
    answer[3 * i + 3] = 0
  end
  call('HSET', key, unpack(fields))
  live(life)
  return answer
end

local PAIR = '^(%d+):(%d+);()'

-- The older parts of a window.
local function log(m)
  if not m.log then
    m.log = call('HGET', key, m.field .. '|') or ''
  end
  return m.log
end

-- Reads what a field holds: the count, of which it drops what has expired, and behind it the holds. What is held no longer
-- counts as used now. False where the hash is damaged.
local function load(m, head)
  local bar = head and find(head, '|', 1, true)
  if bar then
    -- Who only looks is told what has been used.
    local at, last = count and bar + 1 or #head + 1, #head
    while at <= last do
      local name, number, told, permits, ends, next = match(head, '^([^ ;|]+) (%d+) (%d+) (%d+) (%d+);()', at)
      if not name then
        return false
      end
      permits, ends = tonumber(permits), tonumber(ends)
      if ends < now then
        m.expired, m.changed = m.expired + permits, true
      else
        local ahead = ends > now + 2 * LONGEST
        if ahead then
          -- From before the clock was set back: a node that lives tells of it, or uses it no longer, within that time.
          ends, m.changed = now + LONGEST, true
        end
        if name == id then
          m.own, m.sequence, m.told, m.mine, m.ends = true, tonumber(number), tonumber(told), permits, ends
        else
          m.others = m.others + permits
          m.rest = m.rest .. (ahead and format('%s %s %s %d %d;', name, number, told, permits, ends) or sub(head, at, next - 1))
        end
        m.longest = max(m.longest, ends - now)
      end
      at = next
    end
    head = sub(head, 1, bar - 1)
  end
  if m.bucket then
    local each = ceil(m.window * UNITS / m.quota)
    local tau, at = m.burst * each, (now - EPOCH) * UNITS
    m.each, m.tau, m.at, m.tat = each, tau, at, at
    m.lease = min(100, floor(floor(tau / UNITS) / 50))
    if m.lease < 5 then
      m.lease = 0
    end
    if head then
      local tat = match(head, '^%-?%d+$') and tonumber(head)
      if not tat or tat > EXACT or tat < -EXACT then
        return false
      end
      -- No bucket owes more than all of it: it does where the clock has stepped back, or the burst has become smaller.
      m.tat = max(at, min(tat, at + tau))
      m.changed = m.changed or tat > m.tat
    end
    return true
  end
  local length, parts, part, lease = divide(m.window)
  m.length, m.parts, m.part, m.lease = length, parts, part, lease
  if not head then
    return true
  end
  local total, newest, oldest, current = match(head, '^(%d+) (%d+) (%-?%d+) (%d+)$')
  if not total then
    return false
  end
  total, newest, oldest, current = tonumber(total), tonumber(newest), tonumber(oldest), tonumber(current)
  if total < current or total > EXACT or newest > EXACT or oldest > newest
      or newest - oldest > parts + ceil(lease / length) or (oldest == newest and current ~= total) then
    return false
  end
  m.logged = oldest < newest
  if newest > part then
    -- The clock has stepped back: everything counts as if it were as old as can be known, which is not at all.
    oldest = oldest - (newest - part)
    newest = part
    m.changed = true
  end
  local first = floor((now - lease) / length) - parts
  if newest < first then
    return true
  end
  if oldest < first then
    local text, at = log(m), 1
    while oldest < newest do
      local counted, gap, next = match(text, PAIR, at)
      if not counted then
        return false
      end
      -- What has been given back whole goes too: the oldest part is one that counts something.
      if oldest >= first and counted ~= '0' then
        break
      end
      total, oldest, at = total - counted, oldest + gap, next
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

-- How many permits there are that are not counted; what is held is.
local function room(m)
  return m.bucket and floor((m.tau - (m.tat - m.at)) / m.each) or m.quota - m.total
end

-- Counts permits: from now on, or where a bucket's are leased from the end of a lease on, since they may be used as late
-- as that.
local function add(m, permits, leased)
  m.changed = true
  if m.bucket then
    local from = leased and max(m.tat, m.at + m.lease * UNITS) or m.tat
    m.tat = min(from + permits * m.each, m.at + m.tau)
    return
  end
  if m.total == 0 then
    m.oldest, m.current, m.log, m.relogged = m.part, 0, '', m.logged
  elseif m.part > m.newest then
    m.log = (m.oldest < m.newest and log(m) or '') .. format('%d:%d;', m.current, m.part - m.newest)
    m.current, m.relogged = 0, true
  end
  m.newest, m.current, m.total = m.part, m.current + permits, m.total + permits
end

-- How long until a bucket owes so much less, or a window's part has gone.
local function millis(units)
  return max(1, ceil(units / UNITS))
end

local function ends(m, part)
  return max(1, (part + m.parts + 1) * m.length + m.lease - now)
end

-- How long until there is room for so many; nil where the hash is damaged.
local function untilRoom(m, wanted)
  if m.bucket then
    return millis(wanted > m.burst and m.tau or m.tat + wanted * m.each - m.tau - m.at)
  end
  if wanted > m.quota then
    return m.window
  end
  local bound, left, part, at = m.quota - wanted, m.total, m.oldest, 1
  while part < m.newest do
    local counted, gap, next = match(log(m), PAIR, at)
    if not counted then
      return nil
    end
    left = left - counted
    if left <= bound then
      return ends(m, part)
    end
    part, at = part + gap, next
  end
  if part ~= m.newest or left ~= m.current then
    return nil
  end
  return ends(m, part)
end

local function write(meters)
  local fields, n, life = {}, 0, tonumber(A[5])
  for i = 1, #meters do
    local m = meters[i]
    -- What is held at its end counts from then on.
    life = max(life, m.longest + (m.bucket and millis(m.tat - m.at) or (m.parts + 1) * m.length + m.lease))
    if m.changed then
      local holds = m.own and format('|%s%s %d %d %d %d;', m.rest, id, m.sequence, m.told, m.mine, m.ends)
          or m.rest ~= '' and '|' .. m.rest or ''
      if m.bucket then
        fields[n + 1], fields[n + 2], n = m.field, format('%d', m.tat) .. holds, n + 2
      elseif m.total == 0 and holds == '' then
        call('HDEL', key, m.field, m.field .. '|')
      else
        if m.total == 0 then
          m.newest, m.oldest, m.current, m.log, m.relogged = m.part, m.part, 0, '', m.logged
        end
        fields[n + 1], n = m.field, n + 2
        fields[n] = format('%d %d %d %d', m.total, m.newest, m.oldest, m.current) .. holds
        if m.relogged then
          fields[n + 1], fields[n + 2], n = m.field .. '|', m.log, n + 2
        end
      end
    end
  end
  if n > 0 then
    call('HSET', key, unpack(fields))
    live(life)
  end
end

local function decide(heads)
  local meters, retry, overtaken = {}, 0, false
  for i = 1, #heads do
    local at = FIRST + (i - 1) * 5
    local mode = A[at + 1]
    local m
    if mode == 'T' or mode == 't' then
      m = {
        field = A[at], bucket = true, enforced = mode == 'T', quota = tonumber(A[at + 2]), window = tonumber(A[at + 3]),
        burst = tonumber(A[at + 4]), each = 0, tau = 0, at = 0, tat = 0, lease = 0,
        changed = false, short = false, room = 0, expired = 0, longest = 0, others = 0, rest = '',
        own = false, sequence = 0, told = 0, mine = 0, ends = 0,
      }
    else
      m = {
        field = A[at], bucket = false, enforced = mode == 'S', quota = tonumber(A[at + 2]), window = tonumber(A[at + 3]),
        length = 0, parts = 0, part = 0, lease = 0, total = 0, newest = 0, oldest = 0, current = 0,
        log = false, logged = false, relogged = false,
        changed = false, short = false, room = 0, expired = 0, longest = 0, others = 0, rest = '',
        own = false, sequence = 0, told = 0, mine = 0, ends = 0,
      }
    end
    if not load(m, heads[i]) then
      return nil
    end
    if m.expired > 0 then
      add(m, m.expired)
    end
    if A[7] ~= '0' and sub(A[9], i, i) == '1' then
      -- Gives back permits to the part in which they were granted: nothing where that has gone.
      local function giveBack(m)
        local permits, at = tonumber(A[7]), tonumber(A[8])
        if m.bucket then
          if m.tat > m.at then
            m.tat, m.changed = max(m.at, m.tat - permits * m.each), true
          end
          return
        end
        local part = floor(at / m.length)
        if m.total == 0 or part < m.oldest or part > m.newest then
          return
        end
        local given
        if part == m.newest then
          given = min(permits, m.current)
          m.current = m.current - given
        else
          local text, from, reached = log(m), 1, m.oldest
          local counted, gap, next = match(text, PAIR, from)
          while counted and reached < part do
            reached, from = reached + gap, next
            counted, gap, next = match(text, PAIR, from)
          end
          if not counted or reached ~= part then
            return
          end
          given = min(permits, tonumber(counted))
          if from == 1 and given == tonumber(counted) then
            -- The oldest part is one that counts something.
            repeat
              reached, from = reached + gap, next
              counted, gap, next = match(text, PAIR, from)
            until counted ~= '0'
            m.oldest, m.log = reached, sub(text, from)
          else
            m.log = sub(text, 1, from - 1) .. format('%d:%d;', counted - given, gap) .. sub(text, next)
          end
          m.relogged = true
        end
        m.total = m.total - given
        m.changed = true
      end
      giveBack(m)
    end
    overtaken = overtaken or (m.own and sequence <= m.sequence)
    meters[i] = m
  end
  for i = 1, #meters do
    local m = meters[i]
    if id ~= '' and not overtaken then
      -- What has been used of the node's hold is counted; a meter in shadow mode that had no room has held nothing.
      local before, more = m.mine, max(0, used - (m.own and m.told or A[13]))
      local counted = m.enforced and more or min(more, before)
      if counted > 0 then
        add(m, counted)
      end
      m.mine = max(0, before - more)
    end
    m.short = not charge and (least > 0 or id == '') and room(m) - m.others - m.mine < least
    if m.short then
      m.room = untilRoom(m, m.others + m.mine + least)
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
    granted = most
    -- How many to grant, the least at least, or to hold beside the least that is used at once: where more are wanted, one
    -- node's share of what every meter has. What is leased counts as if it were used as late as a lease lives.
    for i = 1, most > least and #meters or id ~= '' and #meters or 0 do
      local m = meters[i]
      if not m.short then
        if id ~= '' then
          granted = min(granted, m.mine + floor(max(0, room(m) - m.others - m.mine - least) / nodes))
        else
          local free = m.bucket and floor((m.tau - (max(m.tat, m.at + m.lease * UNITS) - m.at)) / m.each) or room(m)
          granted = min(granted, floor((free - m.others) / nodes))
        end
      end
    end
    if id == '' then
      granted = max(least, granted)
    end
  end
  local answer, mine = { granted, retry, now, 0, 0, 0, 0, 0, 0 }, nil
  for i = 1, #meters do
    local m = meters[i]
    if id == '' then
      if granted > 0 and count and not m.short then
        add(m, granted, granted > least)
      end
    else
      if least == 0 and not m.enforced and m.mine == 0 and room(m) - m.others < 1 then
        m.short = true
        m.room = untilRoom(m, m.others + 1)
        if not m.room then
          return nil
        end
      end
      if not overtaken then
        if retry == 0 and not m.short then
          if least > 0 then
            add(m, least)
          end
          m.mine = granted
        else
          m.mine = min(m.mine, most)
        end
        if m.own or m.mine > 0 then
          -- One that has ended is remembered for some seconds: an earlier question may yet arrive, and must not begin it
          -- again.
          local life = m.mine == 0 and min(5000, holdLife) or holdLife
          m.own, m.sequence, m.told, m.ends, m.changed = true, sequence, used, now + life, true
          m.longest = max(m.longest, life)
        end
      end
      if m.enforced then
        mine = min(mine or m.mine, m.mine)
      end
    end
    local untilMore = m.room
    if not m.short then
      if m.bucket then
        local owed = m.tat - m.at
        untilMore = owed <= 0 and 0 or millis(owed - floor((owed - 1) / m.each) * m.each)
      else
        untilMore = m.total == 0 and 0 or ends(m, m.oldest)
      end
    end
    local at = 3 * i + 1
    answer[at] = max(0, room(m) - m.others - m.mine)
    answer[at + 1] = untilMore
    answer[at + 2] = m.short and 1 or 0
  end
  for i = #answer, 3 * #meters + 4, -1 do
    answer[i] = nil
  end
  if id ~= '' then
    answer[1] = mine or granted
  end
  if count then
    write(meters)
  end
  return answer
end

local answer
if not heads.err then
  answer = decide(heads)
elseif not find(heads.err, 'WRONGTYPE', 1, true) then
  return heads
end
if not answer then
  if count then
    call('UNLINK', key)
  end
  for i = 1, n do
    names[i] = false
  end
  answer = decide(names)
end
return answer
