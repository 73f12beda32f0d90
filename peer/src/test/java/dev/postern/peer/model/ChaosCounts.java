package dev.postern.peer.model;

/**
 * What there was to see in runs.
 *
 * @param connections attempts to connect of the clients that were there at the end
 * @param resumed how often a session of theirs went on over another connection
 * @param requests of the programs
 */
record ChaosCounts(long connections, long resumed, long requests) {

    static final ChaosCounts NONE = new ChaosCounts(0, 0, 0);

    ChaosCounts and(ChaosCounts other) {
        return new ChaosCounts(connections + other.connections, resumed + other.resumed, requests + other.requests);
    }

    @Override
    public String toString() {
        return String.format("%,d connections, %,d resumed, %,d requests", connections, resumed, requests);
    }
}
