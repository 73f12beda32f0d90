package dev.postern.stun;

/** How the decoding of a STUN message went; every value but {@link #OK} is a reason to drop the packet in silence. */
public enum DecodeResult {
    /** The message is well formed; nothing is said about what its attributes mean. */
    OK("well formed"),
    /** Fewer bytes than a STUN header has (RFC 8489 section 5). */
    TOO_SHORT("shorter than a STUN header"),
    /** The first two bits are not zero (RFC 8489 section 5). */
    NOT_STUN("first two bits are not zero"),
    /** The magic cookie is missing: RFC 3489, or not STUN at all (RFC 8489 section 5). */
    BAD_COOKIE("no magic cookie"),
    /** The header's length is not a multiple of 4, or is not the number of bytes that follow (RFC 8489 section 5). */
    BAD_LENGTH("length in the header is wrong"),
    /** An attribute reaches past the end of the message (RFC 8489 section 14). */
    ATTRIBUTE_OVERRUN("an attribute reaches past the end of the message"),
    /** More attributes than {@link StunMessage#MAX_ATTRIBUTES}. */
    TOO_MANY_ATTRIBUTES("too many attributes");

    private final String reason;

    DecodeResult(String reason) {
        this.reason = reason;
    }

    /** The result in words, for a log line or a counter's description. */
    public String reason() {
        return reason;
    }
}
