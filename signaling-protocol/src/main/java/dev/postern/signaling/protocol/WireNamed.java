package dev.postern.signaling.protocol;

import org.jspecify.annotations.Nullable;

/** An enum whose constants have a stable name on the wire. */
interface WireNamed {

    /** The name on the wire. */
    String wireName();

    /** The constant of this type with that wire name; null if there is none. */
    static <E extends Enum<E> & WireNamed> @Nullable E find(Class<E> type, String wireName) {
        for (E constant : type.getEnumConstants()) {
            if (constant.wireName().equals(wireName)) {
                return constant;
            }
        }
        return null;
    }
}
