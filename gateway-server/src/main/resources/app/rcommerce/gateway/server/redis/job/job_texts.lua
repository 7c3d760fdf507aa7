-- The JSON of some jobs.
--
-- ARGV     ids
-- answers  the JSON of the first ones, empty where there is none, or where it is larger than any job that is given to a
--          worker, until it is a megabyte
local MOST_BYTES, LARGEST = 1048576, 24 * 1048576
local texts, bytes = {}, 0
for i, id in ipairs(ARGV) do
  local text = json(id)
  texts[i] = text and #text <= LARGEST and text or ''
  bytes = bytes + #texts[i]
  if bytes >= MOST_BYTES then break end
end
return texts
