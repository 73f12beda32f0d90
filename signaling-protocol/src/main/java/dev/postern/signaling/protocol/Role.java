package dev.postern.signaling.protocol;

/**
 * What a peer may do in a room. There is none that may listen only: who sends media is said in SDP, which the server does
 * not read.
 */
public enum Role implements WireNamed {
    /** Talks to the others. */
    PEER("peer"),
    /** Sends others out and locks the room, too. */
    MODERATOR("moderator");

    private final String wireName;

    Role(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
