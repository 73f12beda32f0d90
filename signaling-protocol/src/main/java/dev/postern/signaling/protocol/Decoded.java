package dev.postern.signaling.protocol;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@link MessageCodec} makes of a text: a message, or the reason why it is none. Reading never throws.
 *
 * @param <M> the family of messages
 */
public sealed interface Decoded<M> {

    /** A message. */
    record Message<M>(M message) implements Decoded<M> {

        public Message {
            Objects.requireNonNull(message);
        }
    }

    /**
     * No message.
     *
     * @param reason the kind of fault
     * @param offset the character of the text at which it was noticed, from 0
     * @param detail a sentence for a person; holds names of the protocol only and nothing of the text
     * @param id the request id, where the text is sound enough to have one; null otherwise
     */
    record Malformed<M>(
            Reason reason,
            int offset,
            String detail,
            @Nullable Long id) implements Decoded<M> {

        public Malformed {
            Objects.requireNonNull(reason);
            Objects.requireNonNull(detail);
        }
    }

    /** The kinds of fault. */
    enum Reason {
        /** No text, or white space only. */
        EMPTY(ErrorCode.BAD_MESSAGE),
        /** More characters than {@link CodecLimits#messageChars()}. */
        TOO_LONG(ErrorCode.TOO_LARGE),
        /** Not JSON, a repeated key, something behind the object, or over a bound of {@link CodecLimits}. */
        NOT_JSON(ErrorCode.BAD_MESSAGE),
        /** JSON, but not an object. */
        NOT_AN_OBJECT(ErrorCode.BAD_MESSAGE),
        /** An object without a text {@code t}. */
        NO_TYPE(ErrorCode.BAD_MESSAGE),
        /** The type is not one that this side is sent. */
        UNKNOWN_TYPE(ErrorCode.UNSUPPORTED),
        /** A field is missing or is not what it must be. */
        BAD_FIELD(ErrorCode.BAD_FIELD);

        private final ErrorCode errorCode;

        Reason(ErrorCode errorCode) {
            this.errorCode = errorCode;
        }

        /** The error that a server answers with. */
        public ErrorCode errorCode() {
            return errorCode;
        }
    }
}
