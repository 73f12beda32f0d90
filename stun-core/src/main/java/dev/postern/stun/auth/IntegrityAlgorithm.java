package dev.postern.stun.auth;

import dev.postern.stun.AttributeType;

/** The two attributes that carry a message's digest, each with its HMAC. */
public enum IntegrityAlgorithm {
    /** MESSAGE-INTEGRITY (RFC 8489 section 14.5). */
    SHA1(AttributeType.MESSAGE_INTEGRITY, 20, 20),
    /** MESSAGE-INTEGRITY-SHA256 (RFC 8489 section 14.6), which a sender may truncate. */
    SHA256(AttributeType.MESSAGE_INTEGRITY_SHA256, 16, 32);

    private final int attributeType;
    private final int minBytes;
    private final int fullBytes;

    IntegrityAlgorithm(int attributeType, int minBytes, int fullBytes) {
        this.attributeType = attributeType;
        this.minBytes = minBytes;
        this.fullBytes = fullBytes;
    }

    /** The type of the attribute, one of {@link AttributeType}. */
    public int attributeType() {
        return attributeType;
    }

    /** The size of the digest that is not truncated. */
    public int fullBytes() {
        return fullBytes;
    }

    /** Whether a value may be this long: the full digest, or a truncated one in steps of 4 bytes. */
    boolean allowsLength(int valueBytes) {
        return valueBytes >= minBytes && valueBytes <= fullBytes && (valueBytes & 3) == 0;
    }
}
