package dev.postern.natsim;

/** Why a NAT did not pass a packet on; the kind, beside the sentence of {@link Verdict.Drop}. */
public enum DropReason {
    /** The NAT is configured to pass nothing of this protocol. */
    BLOCKED,
    /** It came from outside to a port that no mapping has. */
    NO_MAPPING,
    /** It came from outside to a port whose mapping was idle too long. */
    EXPIRED,
    /** It came from outside, and nobody inside had contacted its sender. */
    FILTERED,
    /** It was sent to the NAT's own address, and the NAT does not hairpin. */
    NO_HAIRPIN,
    /** A new mapping was needed, and as many exist as {@link Limits} allows. */
    MAPPINGS_EXHAUSTED,
    /** A new mapping was needed, and every port of the range is taken. */
    PORTS_EXHAUSTED,
    /** A mapping was to contact more remote addresses than {@link Limits#contacts}. */
    CONTACTS_EXHAUSTED,
    /** A TCP segment that belongs to no connection that the NAT knows, and does not open one. */
    NO_CONNECTION,
    /** Its sender had sent something uninvited before: {@link Quirks#blacklist}. */
    BLACKLISTED,
    /** It is a fragment: {@link Fragments}. */
    FRAGMENT,
    /** It does not belong to this NAT: from outside, and to none of its addresses. */
    NOT_OURS,
    /** It cannot be said in the other IP version: of a NAT64 alone. */
    NOT_TRANSLATABLE
}
