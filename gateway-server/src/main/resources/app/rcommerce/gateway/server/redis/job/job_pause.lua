-- Gives no more jobs to workers, or gives them again.
--
-- ARGV     1 or 0
-- answers  1
if ARGV[1] == '1' then
  redis.call('HSET', state, 'paused', '1')
else
  redis.call('HDEL', state, 'paused')
end
return { 1 }
