-- Keys, tokens, limits, blocks and cached replies for nginx-lua.conf. The limits, the block list and the revoked tokens
-- of a request are asked for in one pipelined trip, over connections that are kept.
--
-- Debian packages no library for JSON Web Tokens or HMAC-SHA-256 for nginx's Lua, so the signature is computed by the
-- libcrypto that nginx itself is linked with, through LuaJIT's FFI: that is what lua-resty-openssl does. Claims are
-- read by patterns, which is cheaper than a JSON parser; good enough for the tokens that the comparison makes.
local ffi = require "ffi"
local redis = require "nginx.redis"
local base64 = require "ngx.base64"

ffi.cdef [[
  typedef struct evp_md_st EVP_MD;
  const EVP_MD *EVP_sha256(void);
  unsigned char *HMAC(const EVP_MD *md, const void *key, int key_len,
                      const unsigned char *d, size_t n, unsigned char *out, unsigned int *out_len);
]]

-- The usual sliding window of two counters, for every window at once. KEYS: of each window the present and the
-- previous counter. ARGV: of each window the limit, the length in seconds and the share of the previous counter.
-- Answers what is left in the tightest window, -1 where nothing is.
local LIMIT = [[
local least = 1e15
for i = 1, #KEYS, 2 do
  local a = (i - 1) / 2 * 3
  local used = (tonumber(redis.call('GET', KEYS[i])) or 0) + (tonumber(redis.call('GET', KEYS[i + 1])) or 0) * ARGV[a + 3]
  least = math.min(least, math.floor(ARGV[a + 1] - used) - 1)
end
if least < 0 then return -1 end
for i = 1, #KEYS, 2 do
  if redis.call('INCR', KEYS[i]) == 1 then redis.call('EXPIRE', KEYS[i], ARGV[(i - 1) / 2 * 3 + 2] * 2) end
end
return least
]]

local LARGE = { { 1000000000, 60 }, { 10000000000, 3600 } }
local SPENT = { { 1, 3600 } }
local TOO_MANY = '{"error":{"code":"RATE_LIMIT_EXCEEDED","message":"Rate limit exceeded."}}'

-- Who calls by which key; each line of the file is KEY key:ID.
local function callers(file)
  local found = {}
  for line in io.lines(file) do
    local key, caller = line:match("^(%S+) (%S+)$")
    found[key] = caller
  end
  return found
end

local new = {}

function new.new(settings)
  local md = ffi.C.EVP_sha256()
  local digest = ffi.new("unsigned char[32]")
  local secret = settings.secret
  local keys = settings.keys and callers(settings.keys)
  local sha -- of LIMIT, once Redis has it
  local policies = {}

  local function connect()
    local connection = redis:new()
    connection:set_timeout(1000)
    local ok, failure = connection:connect("127.0.0.1", settings.redis)
    if not ok then
      ngx.log(ngx.ERR, "Redis: ", failure)
      ngx.exit(503)
    end
    if not sha then
      sha = connection:script("LOAD", LIMIT)
    end
    return connection
  end

  local function windows(limits, caller, arguments)
    local now = ngx.now()
    local keys = {}
    local values = {}
    for i, limit in ipairs(limits) do
      local part = math.floor(now / limit[2])
      keys[2 * i - 1] = "peer:rate:" .. caller .. ":" .. limit[2] .. ":" .. part
      keys[2 * i] = "peer:rate:" .. caller .. ":" .. limit[2] .. ":" .. (part - 1)
      values[3 * i - 2] = limit[1]
      values[3 * i - 1] = limit[2]
      values[3 * i] = 1 - (now / limit[2] - part)
    end
    arguments[1] = #keys
    for _, key in ipairs(keys) do arguments[#arguments + 1] = key end
    for _, value in ipairs(values) do arguments[#arguments + 1] = value end
    return arguments
  end

  -- One trip: count, and look up what is blocked.
  local function decide(limits, caller, ...)
    local connection = connect()
    connection:init_pipeline(2)
    connection:evalsha(sha, unpack(windows(limits, caller, {})))
    connection:mget(...)
    local answers, failure = connection:commit_pipeline()
    if not answers then
      ngx.log(ngx.ERR, "Redis: ", failure)
      return ngx.exit(503)
    end
    connection:set_keepalive(60000, 256)
    for _, found in ipairs(answers[2]) do
      if found ~= ngx.null then return ngx.exit(403) end
    end
    local header = ngx.header
    header["X-RateLimit-Limit"] = limits[1][1]
    header["X-RateLimit-Remaining"] = math.max(0, answers[1])
    if answers[1] < 0 then
      header["Retry-After"] = limits[1][2]
      header["Content-Type"] = "application/json"
      ngx.status = 429
      ngx.print(TOO_MANY)
      return ngx.exit(429)
    end
  end

  local function verified(token)
    local dot = token:find(".", 1, true)
    local last = dot and token:find(".", dot + 1, true)
    if not last then return nil end
    ffi.C.HMAC(md, secret, #secret, token, last - 1, digest, nil)
    if base64.encode_base64url(ffi.string(digest, 32)) ~= token:sub(last + 1) then return nil end
    local head = base64.decode_base64url(token:sub(1, dot - 1))
    local claims = base64.decode_base64url(token:sub(dot + 1, last - 1))
    if not head or not claims or not head:find('"alg":"HS256"', 1, true) then return nil end
    local exp = tonumber(claims:match('"exp":(%d+)'))
    if not exp or exp <= ngx.time() then return nil end
    return claims:match('"sub":"([^"]+)"'), claims:match('"jti":"([^"]+)"')
  end

  function policies.by_key()
    local caller = keys[ngx.var.http_x_api_key or ""]
    if not caller then return ngx.exit(401) end
    return decide(LARGE, caller, "rcommerce:blocklist:ip:" .. ngx.var.remote_addr, "rcommerce:blocklist:" .. caller)
  end

  function policies.by_token()
    local field = ngx.var.http_authorization
    local subject, id
    if field and field:sub(1, 7) == "Bearer " then subject, id = verified(field:sub(8)) end
    if not subject or not id then return ngx.exit(401) end
    local caller = "user:" .. subject
    return decide(LARGE, caller, "rcommerce:blocklist:ip:" .. ngx.var.remote_addr,
      "rcommerce:blocklist:" .. caller, "token:blacklist:" .. id)
  end

  function policies.by_address()
    local address = "ip:" .. ngx.var.remote_addr
    return decide(LARGE, address, "rcommerce:blocklist:" .. address)
  end

  function policies.spent()
    local address = "ip:" .. ngx.var.remote_addr
    return decide(SPENT, address, "rcommerce:blocklist:" .. address)
  end

  function policies.cached()
    local connection = connect()
    local key = "peer:cache:" .. ngx.var.request_uri
    local body = connection:get(key)
    if body == ngx.null then
      body = ngx.location.capture("/origin" .. ngx.var.request_uri).body
      connection:setex(key, 3600, body)
    end
    connection:set_keepalive(60000, 256)
    ngx.header["Content-Length"] = #body
    ngx.print(body)
  end

  return policies
end

return new
