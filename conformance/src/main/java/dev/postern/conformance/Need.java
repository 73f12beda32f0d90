package dev.postern.conformance;

/** What a case needs that a run may not have; without it the case is skipped. */
public enum Need {
    /** A username and a password that the server knows. */
    CREDENTIALS("a user and a password"),
    /** A second user, whose allocations are not the first one's. */
    SECOND_USER("a second user and password"),
    /** An IPv4 address of this side that the server may send to. */
    PEER("a peer address that the server relays to"),
    /** A second such address. */
    SECOND_PEER_ADDRESS("a second peer address that the server relays to"),
    /** An IPv6 address of this side that the server may send to. */
    IPV6_PEER("an IPv6 peer address that the server relays to"),
    /** The server listens on IPv6 too. */
    IPV6("the server's IPv6 address"),
    /** The server listens for TLS. */
    TLS("a TLS address of the server"),
    /** Real sockets: the case looks at what no state machine has, such as a handshake. */
    SOCKETS("real sockets");

    private final String words;

    Need(String words) {
        this.words = words;
    }

    /** What is needed, as the object of "needs ...". */
    public String words() {
        return words;
    }
}
