-- One page of the jobs that may be ready, or may wait for others.
--
-- ARGV     where to go on (0 at first), how many are looked at
-- answers  where to go on (0 at the end), and ids
local page = redis.call('HSCAN', entries, ARGV[1], 'COUNT', ARGV[2])
local answer = { page[1] }
for i = 1, #page[2], 2 do
  local id = page[2][i]
  if redis.call('HEXISTS', leases, id) == 0 and not redis.call('ZSCORE', scheduled, id)
    and not redis.call('ZSCORE', dead, id) then
    answer[#answer + 1] = id
  end
end
return answer
