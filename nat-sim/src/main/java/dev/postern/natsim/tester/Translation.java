package dev.postern.natsim.tester;

/** What happens to source addresses on the way to the server. */
public enum Translation {
    /** Nothing: the server sees the machine's own address and port. */
    NONE("no NAT"),
    /** The server sees another address or port. */
    NAT("a NAT"),
    /** IPv6: the server sees another prefix and the same port (RFC 6296). */
    NPTV6("prefix translation (NPTv6)");

    private final String words;

    Translation(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
