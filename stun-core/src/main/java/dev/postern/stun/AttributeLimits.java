package dev.postern.stun;

/** The lengths that RFC 8489 section 14 sets to text attributes, in bytes of UTF-8. */
public final class AttributeLimits {

    /** USERNAME: fewer than 509 bytes (section 14.3). */
    public static final int MAX_USERNAME_BYTES = 508;

    /** REALM, NONCE, SOFTWARE, the reason phrase: at most 763 bytes (sections 14.8, 14.9, 14.10, 14.14). */
    public static final int MAX_TEXT_BYTES = 763;

    private AttributeLimits() {}

    /**
     * The index of the first attribute that is used (RFC 8489 section 14: of repeated ones the first) and too long, or
     * -1.
     */
    public static int firstTooLong(StunMessage message) {
        for (int i = 0; i < message.attributeCount(); i++) {
            if (message.valueLength(i) > maxBytes(message.attributeType(i))
                    && message.indexOf(message.attributeType(i)) == i) {
                return i;
            }
        }
        return -1;
    }

    private static int maxBytes(int type) {
        return switch (type) {
            case AttributeType.USERNAME -> MAX_USERNAME_BYTES;
            case AttributeType.REALM, AttributeType.NONCE, AttributeType.SOFTWARE -> MAX_TEXT_BYTES;
            default -> StunEncoder.MAX_VALUE_BYTES;
        };
    }
}
