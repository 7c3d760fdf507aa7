-- Renews leases.
--
-- ARGV     milliseconds, then for each an id and a token
-- answers  for each whether it holds
local t = now()
local answer = {}
for i = 2, #ARGV, 2 do
  local lease = redis.call('HGET', leases, ARGV[i])
  local held = lease and string.match(lease, '^%d+ (.+)$') == ARGV[i + 1]
  if held then redis.call('HSET', leases, ARGV[i], string.format('%.0f %s', t + tonumber(ARGV[1]), ARGV[i + 1])) end
  answer[#answer + 1] = held and 1 or 0
end
return answer
