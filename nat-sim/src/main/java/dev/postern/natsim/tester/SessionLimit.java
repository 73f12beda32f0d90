package dev.postern.natsim.tester;

/**
 * How many mappings one machine may have at once.
 *
 * @param atLeast how many lived at the same time
 * @param atMost how many do not; the same as {@code atLeast} plus one where each was looked at
 * @param end what happens then
 */
public record SessionLimit(int atLeast, int atMost, End end) {

    /** What happens when a mapping more is wanted. */
    public enum End {
        /** It is refused, and those that exist live on (RFC 6888 REQ-4). */
        REFUSED,
        /** It is refused, and those that exist have ended, too. */
        REFUSED_AND_ENDED,
        /** It ends one that exists. */
        OLD_ONES_END,
        /** Nothing: as many as were asked for were made. */
        NOT_REACHED
    }

    /** Such as {@code 512, then new ones are refused and old ones live on}. */
    @Override
    public String toString() {
        return switch (end) {
            case REFUSED -> atLeast + ", then new ones are refused and old ones live on";
            case REFUSED_AND_ENDED -> atLeast + ", then new ones are refused and old ones have ended";
            case OLD_ONES_END -> "from " + atLeast + " to " + (atMost - 1) + ", then new ones end old ones";
            case NOT_REACHED -> "none up to " + atLeast;
        };
    }
}
