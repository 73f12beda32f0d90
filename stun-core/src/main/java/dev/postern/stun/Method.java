package dev.postern.stun;

import org.jspecify.annotations.Nullable;

/** The STUN methods of RFC 8489 (Binding), RFC 8656 (TURN) and RFC 6062 (TURN for TCP). */
public enum Method {
    BINDING(0x001),
    ALLOCATE(0x003),
    REFRESH(0x004),
    SEND(0x006),
    DATA(0x007),
    CREATE_PERMISSION(0x008),
    CHANNEL_BIND(0x009),
    CONNECT(0x00A),
    CONNECTION_BIND(0x00B),
    CONNECTION_ATTEMPT(0x00C);

    /** The largest method number that the 12 bits of a message type hold. */
    public static final int MAX_CODE = 0xFFF;

    private static final @Nullable Method[] BY_CODE = byCode();

    private final int code;

    Method(int code) {
        this.code = code;
    }

    /** The method's number in the IANA registry, 0 to {@link #MAX_CODE}. */
    public int code() {
        return code;
    }

    /** The method with this number, or null if it is none of ours. */
    public static @Nullable Method fromCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    private static @Nullable Method[] byCode() {
        @Nullable Method[] table = new @Nullable Method[CONNECTION_ATTEMPT.code + 1];
        for (Method method : values()) {
            table[method.code] = method;
        }
        return table;
    }
}
