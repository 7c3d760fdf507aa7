-- All that changes with a job's coming, going, dying and coming back, as one text.
local function counted()
  local kept = redis.call('HMGET', state, 'bytes', 'dead_bytes', 'accepted', 'completed', 'buried', 'cancelled', 'vanished')
  for i = 1, #kept do kept[i] = kept[i] or '-' end
  return table.concat(kept, ' ')
end
