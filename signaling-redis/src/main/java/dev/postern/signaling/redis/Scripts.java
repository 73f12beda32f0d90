package dev.postern.signaling.redis;

/** What Redis does in one step: Lua, sent with each call, so that a Redis that was started empty needs nothing from before. */
final class Scripts {

    /** How many names of a node that is gone are given up in one call. */
    static final int CLEANED_AT_ONCE = 500;

    /** How many names a node gives up that goes itself. */
    static final int CLEANED_AT_END = 10_000;

    /**
     * Shows a node, makes sure that it has its stream, gives up names of those that are gone, and tells who lives.
     *
     * <pre>
     * KEYS  the node's presence, all nodes, the node's stream
     * ARGV  presence, its life in ms, node, life of the stream in ms, how many names at once,
     *       stems of presences, of sets of held names, of names, of streams
     * gives whether Redis still knew the node ("1"), the id of the first entry of a new stream or "", and each living presence
     * </pre>
     */
    static final String BEAT = """
            local known = redis.call('EXISTS', KEYS[1], KEYS[3]) == 2
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            redis.call('SADD', KEYS[2], ARGV[3])
            local first = ''
            if redis.call('EXISTS', KEYS[3]) == 0 then first = redis.call('XADD', KEYS[3], '*', 'first', '') end
            redis.call('PEXPIRE', KEYS[3], ARGV[4])
            local answer = {known and '1' or '0', first}
            for _, node in ipairs(redis.call('SMEMBERS', KEYS[2])) do
              local presence = redis.call('GET', ARGV[6] .. node)
              if presence then
                answer[#answer + 1] = presence
              else
                local names = redis.call('SPOP', ARGV[7] .. node, ARGV[5])
                for _, name in ipairs(names) do
                  if redis.call('GET', ARGV[8] .. name) == node then redis.call('DEL', ARGV[8] .. name) end
                end
                if #names < tonumber(ARGV[5]) then
                  redis.call('SREM', KEYS[2], node)
                  redis.call('DEL', ARGV[9] .. node)
                end
              end
            end
            return answer
            """;

    /**
     * {@code KEYS} the name, the node's held names; {@code ARGV} node, name, stem of presences, the node that gives it away or the same node.
     * Gives who has it then.
     */
    static final String CLAIM = """
            local owner = redis.call('GET', KEYS[1])
            local free = not owner or owner == ARGV[1] or owner == ARGV[4]
            if not free and redis.call('EXISTS', ARGV[3] .. owner) == 1 then return owner end
            redis.call('SET', KEYS[1], ARGV[1])
            redis.call('SADD', KEYS[2], ARGV[2])
            return ARGV[1]
            """;

    /** {@code KEYS} the name, the node's held names; {@code ARGV} node, name. */
    static final String RELEASE = """
            if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
            redis.call('SREM', KEYS[2], ARGV[2])
            return ARGV[1]
            """;

    /**
     * Takes a node out with what it has: nobody may come who would do it. {@code KEYS} the node's presence, its stream, all nodes, the node's
     * held names; {@code ARGV} node, how many names at most, stem of names. What is more is given up by a node that beats.
     */
    static final String CLOSE = """
            redis.call('DEL', KEYS[1], KEYS[2])
            local names = redis.call('SPOP', KEYS[4], ARGV[2])
            for _, name in ipairs(names) do
              if redis.call('GET', ARGV[3] .. name) == ARGV[1] then redis.call('DEL', ARGV[3] .. name) end
            end
            if #names < tonumber(ARGV[2]) then redis.call('SREM', KEYS[3], ARGV[1]) end
            return ARGV[1]
            """;

    private Scripts() {}
}
