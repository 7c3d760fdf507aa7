-- One page of all jobs of which the queue knows.
--
-- ARGV     where to go on (0 at first), how many are looked at
-- answers  where to go on (0 at the end), what is counted in the queue, how many jobs were looked at, their bytes and those
--          of dead ones among them, and for each of those that may be ready, or may wait for others: id, when it came in
--          (milliseconds), order or -
local page = redis.call('HSCAN', entries, ARGV[1], 'COUNT', ARGV[2])
local sizes = { live = 0, dead = 0 }
local answer = { page[1], counted(), #page[2] / 2, 0, 0 }
for i = 1, #page[2], 2 do
  local id, e = page[2][i], read(page[2][i + 1])
  local died = redis.call('ZSCORE', dead, id)
  local of = died and 'dead' or 'live'
  sizes[of] = sizes[of] + (e and e.size or 0)
  if not died and redis.call('HEXISTS', leases, id) == 0 and not redis.call('ZSCORE', scheduled, id) then
    local n = #answer
    answer[n + 1], answer[n + 2], answer[n + 3] = id, e and e.since or 0, e and e.order or '-'
  end
end
answer[4], answer[5] = sizes.live, sizes.dead
return answer
