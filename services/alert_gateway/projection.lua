-- Writes what was read from Kafka into Redis: state and stream entry together, or neither.
--
-- ARGV: prefix, partition, epoch, field of the checkpoint, offset that the caller wrote last,
--       next offset, length of a stream, then five per word: kind, id, version, system, body.
-- An empty body is a tombstone. Answers {'ok', words applied}, or why nothing was written:
-- {'epoch'} the projection is another one now, {'behind'} it lost what the caller had written.
local prefix, partition, epoch, field = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local written, upcoming, length = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]
local meta = prefix .. 'partition:' .. partition
local known = prefix .. 'known:' .. partition
local gone = prefix .. 'gone:' .. partition
local GONE_MAX = 200000

local stands = redis.call('HMGET', meta, 'epoch', field, 'building')
if stands[1] ~= epoch then return { 'epoch' } end
if tonumber(stands[2] or '0') < written then return { 'behind' } end
local building = stands[3] == '1'

local function tell(system, kind, id, version, body)
  if building then return end
  local at = redis.call('HINCRBY', meta, 'position:' .. system, 1)
  redis.call('XADD', prefix .. 'stream:' .. system, 'MAXLEN', '~', length, at .. '-0',
    'e', epoch, 'k', kind, 'i', id, 'v', version, 'd', body)
end

local function forget(kind, id, name)
  if kind == 'alert' then
    redis.call('ZADD', gone, upcoming, name)
  end
  local had = redis.call('HGET', known, name)
  if not had then return 0 end
  local system = string.match(had, ' (.*)$')
  redis.call('HDEL', known, name)
  redis.call('HDEL', prefix .. kind .. ':' .. system, id)
  tell(system, kind, id, '0', '')
  return 1
end

local function say(kind, id, name, version, system, body)
  if kind == 'alert' and redis.call('ZSCORE', gone, name) then return 0 end
  local had = redis.call('HGET', known, name)
  if had and tonumber(string.match(had, '^%d+')) >= tonumber(version) then return 0 end
  redis.call('HSET', known, name, version .. ' ' .. system)
  redis.call('SADD', prefix .. 'systems:' .. partition, system)
  redis.call('HSET', prefix .. kind .. ':' .. system, id, body)
  tell(system, kind, id, version, body)
  return 1
end

local applied = 0
for at = 8, #ARGV, 5 do
  local kind, id, version, system, body = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local name = kind .. ':' .. id
  if body == '' then
    applied = applied + forget(kind, id, name)
  else
    applied = applied + say(kind, id, name, version, system, body)
  end
end
local extra = redis.call('ZCARD', gone) - GONE_MAX
if extra > 0 then redis.call('ZREMRANGEBYRANK', gone, 0, extra - 1) end
if tonumber(stands[2] or '0') < upcoming then redis.call('HSET', meta, field, upcoming) end
return { 'ok', applied }
