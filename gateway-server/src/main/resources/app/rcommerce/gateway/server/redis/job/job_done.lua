-- Puts in a job's place what is left of it: the platform reads it as a job of its own.
local function done(id, e, status, t, kept, queue)
  local key = p .. '/job:' .. id
  if kept <= 0 then
    redis.call('UNLINK', key)
    return
  end
  local names = { h = 'High', n = 'Normal', l = 'Low' }
  local attempts = e.attempts
  if status == 'Completed' then attempts = attempts + 1 end
  redis.call('SET', key, string.format('{"id":"%s","job_type":"","payload":null,"priority":"%s","queue":"%s","status":"%s",'
    .. '"attempt":%.0f,"max_attempts":0,"created_at":%.0f,"scheduled_for":null,"started_at":null,"completed_at":%.0f,'
    .. '"worker_id":null,"tags":[],"metadata":{},"timeout_secs":0}', id, names[e.k], queue, status, attempts,
    math.floor(e.since / 1000), math.floor(t / 1000)), 'PX', string.format('%.0f', kept))
end
