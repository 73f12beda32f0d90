package dev.postern.signaling.protocol;

/** What a client should do after the server has closed its connection. */
public enum Advice implements WireNamed {
    /** Connect again and resume the session: nothing is lost. */
    RESUME("resume"),
    /** Connect again as a new session. */
    RECONNECT("reconnect"),
    /** Do not connect again without a person asking for it. */
    STOP("stop");

    private final String wireName;

    Advice(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
