-- For wrk: each request comes from the caller of the next line of a file, in a field of this name.
--
--   wrk -s callers.lua URL -- NAME FILE
--
-- The requests are made before the clock starts; what is left to do for each is to take the next one.
local requests = {}
local last = 0

function init(arguments)
  local name, file = arguments[1], arguments[2]
  for line in io.lines(file) do
    wrk.headers[name] = line
    requests[#requests + 1] = wrk.format()
  end
end

function request()
  last = last < #requests and last + 1 or 1
  return requests[last]
end
