package dev.postern.signaling.protocol;

/** What happened to a peer of a room. */
public enum PeerEvent implements WireNamed {
    /** The peer came into the room. */
    JOIN("join"),
    /** The peer is out of the room, for the reason that a {@link LeaveReason} names. */
    LEAVE("leave"),
    /** The connection of the peer is gone; it may come back within the resume window. */
    LOST("lost"),
    /** The peer has resumed its session. */
    BACK("back"),
    /** The name or meta of the peer changed. */
    META("meta");

    private final String wireName;

    PeerEvent(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
