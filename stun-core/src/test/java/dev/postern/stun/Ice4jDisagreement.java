package dev.postern.stun;

/**
 * Where ice4j's decoder and ours may differ, and which of them is right. What is not listed fails {@link
 * Ice4jDifferentialTest}, and so does a line of this list that no packet of its needs.
 */
enum Ice4jDisagreement {
    /** ice4j does not look at the first two bits, which RFC 8489 section 5 wants to be zero. */
    FIRST_TWO_BITS,
    /** ice4j takes a message without the magic cookie as one of RFC 3489, which RFC 8489 no longer speaks. */
    RFC_3489,
    /**
     * ice4j accepts a length that is no multiple of 4, and bytes behind the message; RFC 8489 section 5 excludes the
     * first, and a datagram is one message.
     */
    LENGTH,
    /** ice4j lets an attribute reach past the message's end, as long as the array goes on or the value is not read. */
    ATTRIBUTE_OVERRUN,
    /** We refuse more attributes than {@link StunMessage#MAX_ATTRIBUTES}; ice4j takes as many as there are. */
    TOO_MANY_ATTRIBUTES,
    /** ice4j throws what its signature does not announce at a packet that we refuse with a reason. */
    THROWS_UNCHECKED,
    /**
     * ice4j judges values while it decodes, or reads past them; our decoder takes any value, and the accessor says that
     * it is malformed.
     */
    MALFORMED_VALUE,
    /** ice4j wants EVEN-PORT to be four bytes long; RFC 8656 section 18.7 makes it one. */
    EVEN_PORT,
    /** ice4j wants REQUESTED-ADDRESS-FAMILY to be one byte long; RFC 8656 section 18.6 makes it four. */
    REQUESTED_ADDRESS_FAMILY,
    /** ice4j checks FINGERPRINT while it decodes; we decode the message, and {@link Fingerprint} checks it. */
    FINGERPRINT,
    /**
     * ice4j keeps the last of repeated attributes; RFC 8489 section 14 wants the first, and TURN all XOR-PEER-ADDRESS.
     */
    REPEATED_ATTRIBUTE,
    /**
     * ice4j takes reserved bits of ERROR-CODE for part of its class; RFC 8489 section 14.8 leaves them without meaning.
     */
    RESERVED_BITS,
    /**
     * ice4j goes on behind an attribute by the length that it would write, not by the one that it read, and takes the
     * middle of a value for the next attribute.
     */
    LOST_STEP,
    /**
     * ice4j does not know MESSAGE-INTEGRITY-SHA256: it drops it behind MESSAGE-INTEGRITY, and counts what follows it.
     */
    SHA256
}
