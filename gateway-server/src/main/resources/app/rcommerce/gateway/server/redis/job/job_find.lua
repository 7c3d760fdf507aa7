-- Where a job is.
--
-- ARGV     id
-- answers  nothing where it is not known; else its state, its entry (or nothing), when it is due, its lease ends or it
--          died, and its JSON (or nothing)
local id = ARGV[1]
local text = json(id)
local raw = redis.call('HGET', entries, id)
if not raw then
  if not text then return {} end
  -- Of one that others have put there the queue knows nothing until a worker has it.
  local due = redis.call('ZSCORE', scheduled, id)
  if due then return { 'scheduled', '', math.floor(tonumber(due) * 1000), text } end
  for _, key in pairs(lists) do
    if redis.call('LPOS', key, id) then return { 'ready', '', 0, text } end
  end
  return { 'kept', '', 0, text }
end
local e = read(raw)
local lease, due, died = redis.call('HGET', leases, id), redis.call('ZSCORE', scheduled, id), redis.call('ZSCORE', dead, id)
local where, at = 'ready', 0
if lease then
  where, at = 'running', tonumber(string.match(lease, '^%d+')) or 0
elseif due then
  where, at = 'scheduled', math.floor(tonumber(due) * 1000)
elseif died then
  where, at = 'dead', math.floor(tonumber(died))
elseif e and e.order ~= '-' and redis.call('LINDEX', p .. '/order:' .. e.order, 0) ~= id then
  where = 'waiting'
end
return { where, raw, at, text or '' }
