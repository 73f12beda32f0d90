package dev.postern.signaling.protocol;

/** The kind of a session description, as in WebRTC section 4.3.1 (a provisional answer is not carried). */
public enum SdpType implements WireNamed {
    /** Begins a negotiation. */
    OFFER("offer"),
    /** Answers an offer. */
    ANSWER("answer"),
    /** Takes an offer back; its SDP is empty. */
    ROLLBACK("rollback");

    private final String wireName;

    SdpType(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
