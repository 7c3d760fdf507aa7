-- Answers a hash as one text, which a client reads in no time; a list of as many parts it would read again and again
-- while they arrive.
--
-- KEYS[1]  the hash
-- answers  { "<length>:<bytes>" of each field and its value, one after the other }
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all do
  all[i] = #all[i] .. ':' .. all[i]
end
return { table.concat(all) }
