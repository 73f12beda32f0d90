package dev.postern.signaling.redis;

/**
 * The names of everything that is kept in Redis, all under one prefix.
 *
 * @param prefix what they begin with
 */
record RedisKeys(String prefix) {

    /** The set of all nodes that were seen and not yet cleaned up after. */
    String nodes() {
        return prefix + ":nodes";
    }

    /** What a node says of itself; expires unless it is refreshed. */
    String presence(String node) {
        return presenceStem() + node;
    }

    String presenceStem() {
        return prefix + ":node:";
    }

    /** The stream of what is sent to a node. */
    String stream(String node) {
        return streamStem() + node;
    }

    String streamStem() {
        return prefix + ":to:";
    }

    /** Who has a name: the id of a node. */
    String name(String name) {
        return nameStem() + name;
    }

    String nameStem() {
        return prefix + ":has:";
    }

    /** The set of the names that a node took, from which they are given up when it is gone. */
    String held(String node) {
        return heldStem() + node;
    }

    String heldStem() {
        return prefix + ":held:";
    }

    /** The node that was written behind a name for a while. */
    String place(String name) {
        return prefix + ":at:" + name;
    }
}
