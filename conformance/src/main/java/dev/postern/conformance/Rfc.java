package dev.postern.conformance;

/** The RFCs that cases are taken from. */
public enum Rfc {
    RFC_8489(8489, "STUN"),
    RFC_8656(8656, "TURN"),
    RFC_6062(6062, "TURN for TCP"),
    RFC_5780(5780, "NAT behaviour discovery"),
    RFC_8016(8016, "mobility"),
    RFC_7443(7443, "ALPN"),
    RFC_7983(7983, "demultiplexing");

    private final int number;
    private final String subject;

    Rfc(int number, String subject) {
        this.number = number;
        this.subject = subject;
    }

    public int number() {
        return number;
    }

    /** What it is about, in a few words. */
    public String subject() {
        return subject;
    }

    /** Its name in sentences, such as {@code RFC 8656}. */
    @Override
    public String toString() {
        return "RFC " + number;
    }
}
