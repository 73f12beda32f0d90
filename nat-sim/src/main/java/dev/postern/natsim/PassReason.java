package dev.postern.natsim;

/** Why a NAT passed a packet on. */
public enum PassReason {
    STATELESS("passed on: this NAT keeps no state for it"),
    NEW_MAPPING("sent on through a new mapping"),
    MAPPING("sent on through its mapping"),
    CONTACTED("let in: its sender was contacted"),
    ANYBODY("let in: the filter passes anybody"),
    ICMP_ERROR("an error about a packet of a mapping"),
    OWN_ANSWER("the NAT's own answer to a SYN that it did not let in");

    private final String sentence;

    PassReason(String sentence) {
        this.sentence = sentence;
    }

    /** The reason for a person. */
    public String sentence() {
        return sentence;
    }
}
