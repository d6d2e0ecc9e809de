-- Takes charges in their order, up to the first that is refused: adarga_core::rate in Lua, whose numbers are exact up to 2^53.
--
-- KEYS: one for each charge. ARGV[1]: Unix milliseconds, or '' for the time of this server (always, outside of tests); then for each
-- charge five: 'w', calls, span in ms, 0, cost; or 'g', interval in ticks, ticks of a ms, burst, cost.
-- Answers {0, 0}, or the number of the charge that is refused and the milliseconds until it would be allowed, -1 for never.
--
-- A window is the list of the times of its last calls, oldest first; a rate is when its allowance will be whole, in ticks. What is
-- not there is whole, so keys expire a while after they are.

local now = tonumber(ARGV[1])
if not now then
    local time = redis.call('TIME')
    now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- numbers as Redis reads them: Lua itself would write large ones with an exponent
local function digits(number)
    return string.format('%.0f', number)
end

local function lifetime(whole_ms)
    return digits(math.max(whole_ms - now, 0) + LINGER_MS)
end

local function ceiling(number, parts)
    local rest = math.fmod(number, parts)
    return (number - rest) / parts + (rest > 0 and 1 or 0)
end

-- appends the same time so often, in parts, since a command takes only so many arguments
local function append(key, count, time)
    for first = 1, count, 1000 do
        local times = {}
        for at = 1, math.min(1000, count - first + 1) do times[at] = digits(time) end
        redis.call('RPUSH', key, unpack(times))
    end
end

local function window(key, calls, span, cost)
    local length = redis.call('LLEN', key)
    local newest = length > 0 and tonumber(redis.call('LINDEX', key, -1)) or 0
    if newest > now + SKEW_MS then
        -- the clock was set back: the window counts as spent at this moment, so that nobody waits longer than it is
        redis.call('DEL', key)
        append(key, calls, now)
        redis.call('PEXPIRE', key, lifetime(now + span))
        return span
    end
    -- the call that has to leave the window before this one may come, if there is one
    local last = cost - 1 - (calls - length)
    if last >= 0 then
        local free = tonumber(redis.call('LINDEX', key, last)) + span
        if free > now then return free - now end
    end
    newest = math.max(now, newest)
    append(key, cost, newest)
    if length + cost > calls then redis.call('LTRIM', key, -calls, -1) end
    redis.call('PEXPIRE', key, lifetime(newest + span))
    return 0
end

local function gcra(key, interval, ticks, burst, cost)
    local kept = tonumber(redis.call('GET', key) or '0')
    local spent = now * ticks + interval * burst
    local is_set_back = kept > spent + SKEW_MS * ticks
    local from = is_set_back and spent or math.max(kept, now * ticks)
    local after = from + interval * cost
    local is_allowed = after <= spent
    if is_allowed or is_set_back then
        local whole = is_allowed and after or from
        redis.call('SET', key, digits(whole), 'PX', lifetime(ceiling(whole, ticks)))
    end
    return is_allowed and 0 or ceiling(after - interval * burst, ticks) - now
end

for at, key in ipairs(KEYS) do
    local first = 5 * at - 3
    local kind, a, b, c, cost = ARGV[first], tonumber(ARGV[first + 1]), tonumber(ARGV[first + 2]), tonumber(ARGV[first + 3]),
        tonumber(ARGV[first + 4])
    local most = kind == 'w' and a or c
    local wait = -1
    if cost <= most and now <= NOW_MAX_MS then
        wait = kind == 'w' and window(key, a, b, cost) or kind == 'g' and gcra(key, a, b, c, cost)
    end
    if wait ~= 0 then return {at, wait} end
end
return {0, 0}
