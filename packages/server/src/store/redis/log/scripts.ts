/**
 * The log in Redis: a sorted set of entries by position, and a hash with the head. Each script is atomic, so rows and head are of
 * one moment. The hash counts the entries: of a Redis that evicts keys one of the two can go, and a set that is not whole is none.
 */

/** Answers `[epoch, position, 1 if whole, replication id, entries]`: entries after ARGV[1], at most ARGV[2]. */
export const readScript = `
local head = redis.call('HMGET', KEYS[1], 'epoch', 'pos', 'count')
local whole = head[3] and tonumber(head[3]) == redis.call('ZCARD', KEYS[2])
local id = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)')
local rows = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[1], '+inf', 'LIMIT', 0, ARGV[2])
return { head[1] or '', head[2] or '0', whole and 1 or 0, id or '', rows }`;

/**
 * Appends what stands in the record between ARGV[2] and ARGV[3] in the epoch ARGV[1]: pairs of position and entry. Whoever comes
 * second with the same changes nothing. What is not whole, or of another epoch, is begun anew. Answers the position that is
 * reached; nothing is done where that is below ARGV[2], as there would be a hole.
 */
export const appendScript = `
local head = redis.call('HMGET', KEYS[1], 'epoch', 'pos', 'count')
local at = head[2] or '0'
if head[1] ~= ARGV[1] or tonumber(head[3]) ~= redis.call('ZCARD', KEYS[2]) then
  redis.call('DEL', KEYS[1], KEYS[2])
  at = '0'
  redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'pos', at, 'count', '0')
end
if tonumber(ARGV[2]) > tonumber(at) then return at end
local added = 0
for i = 4, #ARGV, 2 do
  if tonumber(ARGV[i]) > tonumber(at) then added = added + redis.call('ZADD', KEYS[2], ARGV[i], ARGV[i + 1]) end
end
redis.call('HINCRBY', KEYS[1], 'count', added)
if tonumber(ARGV[3]) > tonumber(at) then
  at = ARGV[3]
  redis.call('HSET', KEYS[1], 'pos', at)
end
return at`;

/** Removes entries that are over. */
export const removeScript = `
local removed = redis.call('ZREM', KEYS[2], unpack(ARGV))
return redis.call('HINCRBY', KEYS[1], 'count', -removed)`;
