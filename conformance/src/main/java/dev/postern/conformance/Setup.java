package dev.postern.conformance;

/** How the server is set up that a case is about. Over sockets only {@link #EVERYTHING_ON} can be taken for granted. */
public enum Setup {
    /** Whatever the server offers is on: what a run over sockets is given. */
    EVERYTHING_ON("everything it offers turned on"),
    /** No feature beyond RFC 8489 and RFC 8656: no second address, mobility or TCP relaying. */
    PLAIN("no second address, mobility or TCP relaying"),
    /** A user may have one allocation at a time. */
    ONE_ALLOCATION_PER_USER("one allocation per user"),
    /** All users together may have one allocation. */
    ONE_ALLOCATION_IN_ALL("one allocation in all"),
    /** Two permissions and two channels per allocation. */
    TWO_GRANTS_PER_ALLOCATION("two permissions and two channels per allocation"),
    /** Two relay ports in all. */
    TWO_RELAY_PORTS("two relay ports in all"),
    /** Relayed addresses are IPv4 alone. */
    IPV4_RELAY_ONLY("IPv4 relay addresses only"),
    /** After the first allocation of all, others are redirected to another server. */
    REDIRECTING("a redirect of all allocations after the first"),
    /** A mobility policy that refuses the first user. */
    MOBILITY_REFUSED("mobility on, but not for the first user"),
    /** Packets to 40.0.9.9 vanish. */
    UNANSWERING_PEER("a peer at 40.0.9.9 that never answers"),
    /** SOFTWARE is off. */
    SILENT_ABOUT_SOFTWARE("the SOFTWARE attribute turned off");

    private final String words;

    Setup(String words) {
        this.words = words;
    }

    /** How the server is set up, as the object of "a server with ...". */
    public String words() {
        return words;
    }
}
