package dev.postern.signaling.protocol;

/** Why a peer is out of a room. */
public enum LeaveReason implements WireNamed {
    /** It asked to leave. */
    LEFT("left"),
    /** It closed its connection on purpose, as a page does that is closed or reloaded. */
    CLOSED("closed"),
    /** Its connection was lost and it did not come back within the resume window. */
    TIMEOUT("timeout"),
    /** A moderator sent it out. */
    KICKED("kicked"),
    /** Its token has ended, and no newer one came. */
    EXPIRED("expired"),
    /** Its permission was taken back, or its newer token does not allow this room. */
    REVOKED("revoked"),
    /** The server that its session lived on is gone. */
    NODE_LOST("node_lost");

    private final String wireName;

    LeaveReason(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
