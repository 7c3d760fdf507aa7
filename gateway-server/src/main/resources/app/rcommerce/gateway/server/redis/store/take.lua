-- A text that is read once.
-- KEYS[1]: its key. Answers the text, and removes it; nothing where there is none.
local text = redis.call('GET', KEYS[1])
if not text then
  return {}
end
redis.call('UNLINK', KEYS[1])
return {text}
