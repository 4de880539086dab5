-- Begins a partition's projection anew under a new epoch, unless somebody else just did.
--
-- ARGV: prefix, partition, epoch that the caller saw ('' for none), new epoch, then field and
--       value of what is to stand beside it (the ids of the topics).
-- Answers the epoch that stands afterwards.
local prefix, partition, seen, new = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local meta = prefix .. 'partition:' .. partition
local stands = redis.call('HGET', meta, 'epoch') or ''
if stands ~= seen then return stands end
for _, system in ipairs(redis.call('SMEMBERS', prefix .. 'systems:' .. partition)) do
  for _, kind in ipairs({ 'alert', 'call', 'source', 'port', 'stream' }) do
    redis.call('UNLINK', prefix .. kind .. ':' .. system)
  end
end
for _, table in ipairs({ 'systems:', 'known:', 'gone:', 'partition:' }) do
  redis.call('UNLINK', prefix .. table .. partition)
end
redis.call('HSET', meta, 'epoch', new, 'building', '1')
for at = 5, #ARGV, 2 do
  redis.call('HSET', meta, ARGV[at], ARGV[at + 1])
end
return new
